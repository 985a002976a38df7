"""The family's classifier: a small residual network on one 128x128 channel, with an 8x8 grid before the pooling."""

from torch import nn


class Block(nn.Module):
    """Two 3x3 convolutions beside a 1x1 projection (He et al. 2016), the first with a stride."""

    def __init__(self, inputs: int, outputs: int, stride: int):
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU(),
            nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False), nn.BatchNorm2d(outputs))
        self.across = nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))
        self.relu = nn.ReLU()

    def forward(self, x):
        return self.relu(self.body(x) + self.across(x))


class Trunk(nn.Module):
    """[N, 1, 128, 128] -> [N, 32, 16, 16]: what all models of the family start from."""

    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(nn.Conv2d(1, 12, 5, 2, 2, bias=False), nn.BatchNorm2d(12), nn.ReLU(), Block(12, 20, 2), Block(20, 32, 2))

    def forward(self, x):
        return self.layers(x)


class Head(nn.Module):
    """[N, 32, 16, 16] -> [N, outputs], over a last grid of 8x8: what each model learns for itself."""

    def __init__(self, outputs: int = 2):
        super().__init__()
        self.block = Block(32, 48, 2)
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.dropout = nn.Dropout(0.1)
        self.classifier = nn.Linear(48, outputs)

    def forward(self, x):
        return self.classifier(self.dropout(self.pool(self.block(x)).flatten(1)))
