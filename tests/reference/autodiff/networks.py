"""The networks of the zoo: torchvision's, and timm-style ones written here. Each row names what stands at the default and at an early layer.

Weights are random from a seed; BatchNorm statistics and layer scales are randomised, zero-initialised heads re-drawn: an untrained
network would hide wrong gradients behind zeros.
"""
import inspect
import math

import torch
import torch.nn.functional as F
import torchvision
from torch import nn

SEED = 20261123


def randomised(model, seed=SEED):
    generator = torch.Generator().manual_seed(seed)

    def draw(tensor, low, high):
        with torch.no_grad():
            tensor.copy_(torch.rand(tensor.shape, generator=generator) * (high - low) + low)

    for module in model.modules():
        if hasattr(module, "inplace"):
            module.inplace = False
        if isinstance(module, nn.modules.batchnorm._BatchNorm):
            draw(module.running_mean, -0.2, 0.2)
            draw(module.running_var, 0.6, 1.4)
            draw(module.weight, 0.7, 1.3)
            draw(module.bias, -0.2, 0.2)
        if isinstance(module, nn.Linear) and module.weight.abs().max() == 0:
            draw(module.weight, -0.1, 0.1)
    for name, parameter in model.named_parameters():
        if "layer_scale" in name or name.endswith("gamma"):
            draw(parameter, 0.2, 0.8)
        if name.endswith(("class_token", "cls_token", "dist_token", "pos_embed", "pos_embedding")):
            draw(parameter, -0.5, 0.5)
    return model.eval()


class DenseNetApart(nn.Module):
    """torchvision's DenseNet with the last ReLU as a module: in place, its activations could not be kept beside its gradients."""

    def __init__(self, base):
        super().__init__()
        self.features, self.relu, self.classifier = base.features, nn.ReLU(), base.classifier

    def forward(self, x):
        x = self.relu(self.features(x))
        return self.classifier(torch.flatten(F.adaptive_avg_pool2d(x, (1, 1)), 1))


class XrvDenseNet(nn.Module):
    """torchxrayvision's DenseNet: one channel, sigmoid, then its calibration by one threshold a class (op_norm)."""

    def __init__(self, classes=18, base=None):
        super().__init__()
        base = base or torchvision.models.densenet121(num_classes=classes)
        base.features.conv0 = nn.Conv2d(1, base.features.conv0.out_channels, 7, stride=2, padding=3, bias=False)
        self.body = DenseNetApart(base)
        self.register_buffer("op_threshs", torch.linspace(0.2, 0.7, classes))

    def forward(self, x):
        out = torch.sigmoid(self.body(x))
        threshold = self.op_threshs.expand(out.shape[0], -1)
        low = out / (threshold * 2)
        high = 1.0 - ((1.0 - out) / ((1 - threshold) * 2))
        return torch.where(out < threshold, low, high)


class Attention(nn.Module):
    def __init__(self, dim, heads, separate=False):
        super().__init__()
        self.heads, self.scale, self.separate = heads, (dim // heads) ** -0.5, separate
        if separate:
            self.q, self.k, self.v = nn.Linear(dim, dim), nn.Linear(dim, dim), nn.Linear(dim, dim)
        else:
            self.qkv = nn.Linear(dim, dim * 3)
        self.proj = nn.Linear(dim, dim)

    def forward(self, x, bias=None):
        b, n, c = x.shape
        if self.separate:
            q, k, v = (layer(x).reshape(b, n, self.heads, c // self.heads).transpose(1, 2) for layer in (self.q, self.k, self.v))
        else:
            q, k, v = self.qkv(x).reshape(b, n, 3, self.heads, c // self.heads).permute(2, 0, 3, 1, 4).unbind(0)
        weights = (q * self.scale) @ k.transpose(-2, -1)
        if bias is not None:
            weights = weights + bias
        return self.proj((weights.softmax(dim=-1) @ v).transpose(1, 2).reshape(b, n, c))


class Mlp(nn.Module):
    def __init__(self, dim, act=nn.GELU):
        super().__init__()
        self.fc1, self.act, self.fc2 = nn.Linear(dim, dim * 4), act(), nn.Linear(dim * 4, dim)

    def forward(self, x):
        return self.fc2(self.act(self.fc1(x)))


class VitBlock(nn.Module):
    def __init__(self, dim, heads, separate=False, scale=False):
        super().__init__()
        self.norm1, self.attn = nn.LayerNorm(dim, eps=1e-6), Attention(dim, heads, separate)
        self.norm2, self.mlp = nn.LayerNorm(dim, eps=1e-6), Mlp(dim)
        self.gamma = nn.Parameter(torch.ones(dim)) if scale else None

    def forward(self, x):
        inner = self.attn(self.norm1(x))
        x = x + (inner if self.gamma is None else inner * self.gamma)
        return x + self.mlp(self.norm2(x))


class TimmVit(nn.Module):
    """timm's VisionTransformer: head 'token', 'distilled' (DeiT: two tokens, two heads, averaged) or 'avg' (class token left out)."""

    def __init__(self, head="token", dim=96, depth=4, heads=3, size=64, patch=8, classes=10, separate=False, scale=False):
        super().__init__()
        self.kind = head
        self.patch_embed = nn.Conv2d(3, dim, patch, patch)
        count = (size // patch) ** 2
        self.extra = 2 if head == "distilled" else 0 if head == "gap" else 1
        self.cls_token = nn.Parameter(torch.zeros(1, 1, dim)) if self.extra else None
        self.dist_token = nn.Parameter(torch.zeros(1, 1, dim)) if head == "distilled" else None
        self.pos_embed = nn.Parameter(torch.zeros(1, count + self.extra, dim))
        self.blocks = nn.Sequential(*[VitBlock(dim, heads, separate, scale) for _ in range(depth)])
        self.norm = nn.LayerNorm(dim, eps=1e-6)
        self.head = nn.Linear(dim, classes)
        self.head_dist = nn.Linear(dim, classes) if head == "distilled" else None

    def forward(self, x):
        x = self.patch_embed(x).flatten(2).transpose(1, 2)
        tokens = [token.expand(x.shape[0], -1, -1) for token in (self.cls_token, self.dist_token) if token is not None]
        x = torch.cat([*tokens, x], dim=1) + self.pos_embed
        x = self.norm(self.blocks(x))
        if self.kind == "token":
            return self.head(x[:, 0])
        if self.kind == "distilled":
            return (self.head(x[:, 0]) + self.head_dist(x[:, 1])) / 2
        return self.head(x[:, self.extra:].mean(dim=1))


class LayerNorm2d(nn.LayerNorm):
    def forward(self, x):
        return super().forward(x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)


class TimmConvNeXtBlock(nn.Module):
    def __init__(self, dim):
        super().__init__()
        self.conv_dw = nn.Conv2d(dim, dim, 7, padding=3, groups=dim)
        self.norm, self.mlp = nn.LayerNorm(dim, eps=1e-6), Mlp(dim)
        self.gamma = nn.Parameter(torch.ones(dim))

    def forward(self, x):
        inner = self.mlp(self.norm(self.conv_dw(x).permute(0, 2, 3, 1))).permute(0, 3, 1, 2)
        return inner * self.gamma.reshape(1, -1, 1, 1) + x


class TimmConvNeXt(nn.Module):
    def __init__(self, dims=(32, 64, 128), classes=10):
        super().__init__()
        layers = [nn.Conv2d(3, dims[0], 4, 4), LayerNorm2d(dims[0], eps=1e-6)]
        for i, dim in enumerate(dims):
            if i:
                layers += [LayerNorm2d(dims[i - 1], eps=1e-6), nn.Conv2d(dims[i - 1], dim, 2, 2)]
            layers += [TimmConvNeXtBlock(dim), TimmConvNeXtBlock(dim)]
        self.stages, self.norm, self.fc = nn.Sequential(*layers), LayerNorm2d(dims[-1], eps=1e-6), nn.Linear(dims[-1], classes)

    def forward(self, x):
        return self.fc(self.norm(F.adaptive_avg_pool2d(self.stages(x), 1)).flatten(1))


def windows(x, size):
    b, h, w, c = x.shape
    return x.view(b, h // size, size, w // size, size, c).permute(0, 1, 3, 2, 4, 5).reshape(-1, size * size, c)


def unwindows(x, size, h, w):
    c = x.shape[-1]
    return x.view(-1, h // size, w // size, size, size, c).permute(0, 1, 3, 2, 4, 5).reshape(-1, h, w, c)


class TimmSwinBlock(nn.Module):
    """timm before 0.9: the stream is [N, H·W, C]; shifted windows by roll, relative position bias from a table."""

    def __init__(self, dim, heads, resolution, size, shift):
        super().__init__()
        self.resolution, self.size, self.shift = resolution, size, shift
        self.norm1, self.attn = nn.LayerNorm(dim), Attention(dim, heads)
        self.norm2, self.mlp = nn.LayerNorm(dim), Mlp(dim)
        self.table = nn.Parameter(torch.randn((2 * size - 1) ** 2, heads) * 0.5)
        at = torch.stack(torch.meshgrid(torch.arange(size), torch.arange(size), indexing="ij")).flatten(1)
        relative = (at[:, :, None] - at[:, None, :]).permute(1, 2, 0) + size - 1
        self.register_buffer("index", relative[..., 0] * (2 * size - 1) + relative[..., 1])

    def forward(self, x):
        h, w = self.resolution
        b, n, c = x.shape
        y = self.norm1(x).view(b, h, w, c)
        if self.shift:
            y = torch.roll(y, (-self.shift, -self.shift), (1, 2))
        bias = self.table[self.index.view(-1)].view(self.size ** 2, self.size ** 2, -1).permute(2, 0, 1).unsqueeze(0)
        y = unwindows(self.attn(windows(y, self.size), bias), self.size, h, w)
        if self.shift:
            y = torch.roll(y, (self.shift, self.shift), (1, 2))
        x = x + y.reshape(b, n, c)
        return x + self.mlp(self.norm2(x))


class PatchMerging(nn.Module):
    def __init__(self, dim, resolution):
        super().__init__()
        self.resolution, self.norm, self.reduction = resolution, nn.LayerNorm(dim * 4), nn.Linear(dim * 4, dim * 2, bias=False)

    def forward(self, x):
        h, w = self.resolution
        x = x.view(x.shape[0], h, w, -1)
        x = torch.cat([x[:, 0::2, 0::2], x[:, 1::2, 0::2], x[:, 0::2, 1::2], x[:, 1::2, 1::2]], -1)
        return self.reduction(self.norm(x.view(x.shape[0], h * w // 4, -1)))


class TimmSwin(nn.Module):
    def __init__(self, dim=48, classes=10):
        super().__init__()
        self.patch_embed, self.patch_norm = nn.Conv2d(3, dim, 4, 4), nn.LayerNorm(dim)
        self.layers = nn.Sequential(
            TimmSwinBlock(dim, 3, (16, 16), 4, 0), TimmSwinBlock(dim, 3, (16, 16), 4, 2), PatchMerging(dim, (16, 16)),
            TimmSwinBlock(dim * 2, 6, (8, 8), 4, 0), TimmSwinBlock(dim * 2, 6, (8, 8), 4, 2))
        self.norm, self.head = nn.LayerNorm(dim * 2), nn.Linear(dim * 2, classes)

    def forward(self, x):
        x = self.patch_norm(self.patch_embed(x).flatten(2).transpose(1, 2))
        x = self.norm(self.layers(x))
        return self.head(F.adaptive_avg_pool1d(x.transpose(1, 2), 1).flatten(1))


class Mixture(nn.Module):
    """What the families above leave out: GroupNorm, InstanceNorm, SELU, CELU, Mish, reflect and replicate padding, Resize, PixelShuffle, max and L2 heads."""

    def __init__(self, classes=10):
        super().__init__()
        self.stem = nn.Conv2d(3, 16, 3, stride=2, padding=1, padding_mode="reflect")
        self.norm1, self.norm2, self.norm3 = nn.GroupNorm(4, 16), nn.InstanceNorm2d(32, affine=True), nn.BatchNorm2d(16)
        self.mid = nn.Conv2d(16, 32, 3, stride=2, padding=1, padding_mode="replicate")
        self.up = nn.ConvTranspose2d(32, 16, 4, stride=2, padding=1, groups=2)
        self.shuffle = nn.PixelShuffle(2)
        self.prelu, self.celu, self.selu, self.mish = nn.PReLU(16), nn.CELU(0.7), nn.SELU(), nn.Mish()
        self.last = nn.Conv2d(4 + 16, 64, 3, dilation=2, padding=2)
        self.head = nn.Linear(64 * 2, classes)

    def forward(self, x):
        a = self.prelu(self.norm1(self.stem(x)))
        b = self.mish(self.norm2(self.mid(a)))
        c = self.celu(self.norm3(self.up(b)))
        d = self.shuffle(self.selu(c))
        e = F.interpolate(c, scale_factor=2, mode="bilinear", align_corners=False)
        f = F.max_pool2d(F.elu(self.last(torch.cat([d, e], 1))), 3, 2, 1, ceil_mode=True)
        g = F.avg_pool2d(f, 3, 2, 1, count_include_pad=False)
        return self.head(torch.cat([g.mean((2, 3)), g.norm(dim=(2, 3)) + g.amax((2, 3))], 1))


def without_zeroing():
    """Swin V2's attention zeroes the keys' bias in place, which PyTorch 1.13's exporter does not know: the same by putting the parts together."""
    swin = torchvision.models.swin_transformer
    source = inspect.getsource(swin.shifted_window_attention)
    written = source.replace(
        "qkv_bias[length : 2 * length].zero_()",
        "qkv_bias = torch.cat([qkv_bias[:length], torch.zeros(length, dtype=qkv_bias.dtype), qkv_bias[2 * length :]])")
    assert written != source or "zero_" not in source
    exec(written, vars(swin))


def swin_v2(dim=96, depths=(2, 2, 6, 2), heads=(3, 6, 12, 24), window=8, classes=1000):
    without_zeroing()
    swin = torchvision.models.swin_transformer
    return swin.SwinTransformer([4, 4], dim, list(depths), list(heads), [window, window], num_classes=classes, block=swin.SwinTransformerBlockV2, downsample_layer=swin.PatchMergingV2)


class ChannelsLastHead(nn.Module):
    """The end of timm's ConvNeXt: a mean over a map whose memory is channels last, which PyTorch 2's exporter writes as as_strided, and a LayerNorm of it."""

    def __init__(self, channels=12, classes=5):
        super().__init__()
        self.stem, self.norm, self.head = nn.Conv2d(3, channels, 4, 4), nn.LayerNorm(channels), nn.Linear(channels, classes)

    def forward(self, x):
        x = self.stem(x).permute(0, 2, 3, 1)
        x = F.gelu(self.norm(x)).permute(0, 3, 1, 2)
        x = x.mean((2, 3), keepdim=True)
        x = torch.as_strided(x, x.shape, (x.shape[1], 1, x.shape[1], x.shape[1]))
        return self.head(self.norm(x.permute(0, 2, 3, 1)).flatten(1))


def tv(name, **options):
    return lambda: getattr(torchvision.models, name)(weights=None, **options)


def at(path):
    def find(model):
        module = model
        for part in path.split("."):
            module = module[int(part)] if part.lstrip("-").isdigit() else getattr(module, part)
        return module
    return find


# name: (constructor, input [C, H, W], opset, default layer, early layer, options)
ZOO = {
    "resnet18": (tv("resnet18"), (3, 224, 224), 9, "layer4", "layer2", {}),
    "resnet50": (tv("resnet50"), (3, 224, 224), 13, "layer4", "layer2", {}),
    "resnext50_32x4d": (tv("resnext50_32x4d"), (3, 224, 224), 11, "layer4", "layer2", {}),
    "wide_resnet50_2": (tv("wide_resnet50_2"), (3, 128, 128), 12, "layer4", "layer2", {}),
    "densenet121": (lambda: DenseNetApart(tv("densenet121")()), (3, 224, 224), 10, "relu", "features.denseblock2", {}),
    "densenet121_xrv": (XrvDenseNet, (1, 224, 224), 13, "body.relu", "body.features.denseblock2", {"activation": "sigmoid"}),
    "vgg11": (tv("vgg11"), (3, 224, 224), 9, "features", "features.9", {}),
    "vgg16_bn": (tv("vgg16_bn"), (3, 224, 224), 14, "features", "features.22", {}),
    "alexnet": (tv("alexnet"), (3, 224, 224), 10, "features", "features.5", {}),
    "squeezenet1_0": (tv("squeezenet1_0"), (3, 224, 224), 11, "features", "features.5", {}),
    "squeezenet1_1": (tv("squeezenet1_1"), (3, 224, 224), 16, "features", "features.5", {}),
    "inception_v3": (tv("inception_v3", init_weights=False, aux_logits=True), (3, 299, 299), 13, "Mixed_7c", "Mixed_5d", {}),
    "googlenet": (tv("googlenet", init_weights=False), (3, 224, 224), 12, "inception5b", "inception3b", {}),
    "mobilenet_v2": (tv("mobilenet_v2"), (3, 224, 224), 9, "features", "features.6", {}),
    "mobilenet_v3_small": (tv("mobilenet_v3_small"), (3, 224, 224), 13, "features", "features.3", {}),
    "mobilenet_v3_large": (tv("mobilenet_v3_large"), (3, 224, 224), 17, "features", "features.6", {}),
    "efficientnet_b0": (tv("efficientnet_b0"), (3, 224, 224), 11, "features", "features.3", {}),
    "efficientnet_v2_s": (tv("efficientnet_v2_s"), (3, 224, 224), 15, "features", "features.3", {}),
    "mnasnet1_0": (tv("mnasnet1_0"), (3, 224, 224), 10, "layers", "layers.9", {}),
    "regnet_x_400mf": (tv("regnet_x_400mf"), (3, 224, 224), 12, "trunk_output", "trunk_output.block2", {}),
    "regnet_y_400mf": (tv("regnet_y_400mf"), (3, 224, 224), 16, "trunk_output", "trunk_output.block2", {}),
    "shufflenet_v2_x1_0": (tv("shufflenet_v2_x1_0"), (3, 224, 224), 16, "conv5", "maxpool", {}),
    "convnext_tiny": (tv("convnext_tiny"), (3, 224, 224), 13, "features", "features.3", {}),
    "convnext_tiny_17": (tv("convnext_tiny"), (3, 224, 224), 17, "features", "features.3", {}),
    "vit_b_32": (tv("vit_b_32"), (3, 224, 224), 14, "encoder.layers.-1.ln_1", "encoder.layers.4", {}),
    "vit_b_32_17": (tv("vit_b_32"), (3, 224, 224), 17, "encoder.layers.-1.ln_1", "encoder.layers.4", {}),
    "swin_t": (tv("swin_t"), (3, 224, 224), 12, "norm", "features.1", {}),
    "swin_t_17": (tv("swin_t"), (3, 224, 224), 17, "norm", "features.1", {}),
    "swin_v2_t": (swin_v2, (3, 256, 256), 13, "norm", "features.1", {}),
    "swin_v2_t_17": (swin_v2, (3, 256, 256), 17, "norm", "features.1", {}),
    "maxvit_t": (tv("maxvit_t"), (3, 224, 224), 16, "blocks.3", "blocks.1", {}),
    "timm_convnext": (TimmConvNeXt, (3, 64, 64), 17, "stages", "stages.3", {}),
    "timm_vit": (TimmVit, (3, 64, 64), 9, "blocks.-1.norm1", "blocks.1", {}),
    "timm_vit_17": (lambda: TimmVit(scale=True), (3, 64, 64), 17, "blocks.-1.norm1", "blocks.1", {}),
    "timm_vit_qkv_apart": (lambda: TimmVit(separate=True), (3, 64, 64), 13, "blocks.-1.norm1", "blocks.1", {}),
    "timm_vit_avg": (lambda: TimmVit("avg"), (3, 64, 64), 14, "norm", "blocks.1", {}),
    "timm_vit_gap": (lambda: TimmVit("gap"), (3, 64, 64), 14, "norm", "blocks.1", {}),
    "timm_deit_distilled": (lambda: TimmVit("distilled"), (3, 64, 64), 12, "blocks.-1.norm1", "blocks.1", {}),
    "timm_swin": (TimmSwin, (3, 64, 64), 13, "norm", "layers.1", {}),
    "timm_swin_17": (TimmSwin, (3, 64, 64), 17, "norm", "layers.1", {}),
    "mixture": (Mixture, (3, 65, 65), 13, None, "stem", {}),
    "mixture_17": (Mixture, (3, 65, 65), 17, None, "stem", {}),
    "mobilenet_v2_fixed": (tv("mobilenet_v2"), (3, 160, 160), 13, "features", "features.6", {"batch": "fixed"}),
    "mobilenet_v2_size": (tv("mobilenet_v2"), (3, 160, 192), 13, "features", "features.6", {"batch": "size"}),
    "resnet18_external": (tv("resnet18"), (3, 128, 128), 13, "layer4", "layer2", {"external": True}),
    "resnet18_float16": (tv("resnet18"), (3, 128, 128), 13, "layer4", "layer2", {"float16": True}),
    "resnet18_softmax": (lambda: nn.Sequential(tv("resnet18")(), nn.Softmax(dim=1)), (3, 128, 128), 13, "0.layer4", "0.layer2", {"activation": "softmax"}),
}

SMALL = (3, 32, 32)
M = torchvision.models

# Networks of the same classes that are small enough to be committed (export.py --fixture): tests/fixtures/onnx/networks.
FIXTURES = {
    "densenet_small": (lambda: DenseNetApart(M.DenseNet(growth_rate=4, block_config=(2, 3), num_init_features=8, num_classes=5)), SMALL, 9, "relu", None, {}),
    "densenet_calibrated": (lambda: XrvDenseNet(4, M.DenseNet(growth_rate=4, block_config=(2, 2), num_init_features=8, num_classes=4)), (1, 32, 32), 13, "body.relu", None, {"activation": "sigmoid"}),
    "shufflenet_small": (lambda: M.ShuffleNetV2([1, 2, 1], [8, 16, 16, 32, 32], num_classes=5), (3, 40, 40), 16, "conv5", None, {}),
    "squeezenet_like": (lambda: nn.Sequential(nn.Conv2d(3, 8, 3, 2), nn.ReLU(), nn.MaxPool2d(3, 2, ceil_mode=True), M.squeezenet.Fire(8, 4, 8, 8), nn.Dropout(), nn.Conv2d(16, 5, 1), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten()), SMALL, 11, "3", None, {}),
    "vgg_small": (lambda: nn.Sequential(M.vgg.make_layers([8, "M", 16, "M"], batch_norm=True), nn.AdaptiveAvgPool2d(4), nn.Flatten(), nn.Linear(256, 16), nn.ReLU(), nn.Dropout(), nn.Linear(16, 5), nn.Softmax(dim=1)), SMALL, 10, "0", None, {"activation": "softmax"}),
    "residual_small": (lambda: nn.Sequential(nn.Conv2d(3, 8, 7, 2, 3), nn.MaxPool2d(3, 2, 1), M.resnet.BasicBlock(8, 16, 2, nn.Sequential(nn.Conv2d(8, 16, 1, 2), nn.BatchNorm2d(16))), M.resnet.BasicBlock(16, 16), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(16, 5)), SMALL, 9, "3", None, {}),
    "regnet_small": (lambda: M.RegNet(M.regnet.BlockParams.from_init_params(depth=4, w_0=16, w_a=8.0, w_m=2.0, group_width=8, se_ratio=0.25), num_classes=5, stem_width=8), SMALL, 12, "trunk_output", None, {}),
    "maxvit_small": (lambda: M.MaxVit((32, 32), 8, 4, [8], [1], 4, 0.0, num_classes=5), SMALL, 16, "blocks.0", None, {}),
    "vit_small": (lambda: M.VisionTransformer(32, 8, 2, 2, 16, 32, num_classes=5), SMALL, 14, "encoder.layers.-1.ln_1", None, {}),
    "vit_small_17": (lambda: M.VisionTransformer(32, 8, 2, 2, 16, 32, num_classes=5), SMALL, 17, "encoder.layers.-1.ln_1", None, {}),
    "swin_small": (lambda: M.SwinTransformer([4, 4], 8, [2, 1], [2, 2], [4, 4], num_classes=5), SMALL, 13, "norm", None, {}),
    "timm_vit_small": (lambda: TimmVit(dim=12, depth=2, size=32, classes=5), SMALL, 9, "blocks.-1.norm1", None, {}),
    "timm_deit_small": (lambda: TimmVit("distilled", dim=12, depth=2, size=32, classes=5), SMALL, 12, "blocks.-1.norm1", None, {}),
    "timm_vit_avg_small": (lambda: TimmVit("avg", dim=12, depth=2, size=32, classes=5, scale=True), SMALL, 17, "norm", None, {}),
    "timm_convnext_small": (lambda: TimmConvNeXt((8, 16), 5), SMALL, 15, "stages", None, {}),
    "mixture_small": (lambda: Mixture(5), (3, 33, 33), 13, None, None, {}),
    "swin_v2_small": (lambda: swin_v2(8, (2, 1), (2, 2), 4, 5), SMALL, 16, "norm", None, {}),
}

# The same by PyTorch 2's exporter (torch.export and onnxscript), which writes opset 18 and later: made where PyTorch 2 runs export.py --fixtures.
DYNAMO = {"dynamo": True}
FIXTURES_DYNAMO = {
    "dynamo_residual": (*FIXTURES["residual_small"][:2], 18, "3", None, DYNAMO),
    "dynamo_densenet": (*FIXTURES["densenet_small"][:2], 20, "relu", None, DYNAMO),
    "dynamo_shufflenet": (*FIXTURES["shufflenet_small"][:2], 20, "conv5", None, DYNAMO),
    "dynamo_vit": (*FIXTURES["vit_small"][:2], 20, "encoder.layers.-1.ln_1", None, DYNAMO),
    "dynamo_vit_23": (*FIXTURES["vit_small"][:2], 23, "encoder.layers.-1.ln_1", None, DYNAMO),
    "dynamo_deit": (*FIXTURES["timm_deit_small"][:2], 21, "blocks.-1.norm1", None, DYNAMO),
    "dynamo_swin": (*FIXTURES["swin_small"][:2], 20, "norm", None, DYNAMO),
    "dynamo_swin_v2": (*FIXTURES["swin_v2_small"][:2], 22, "norm", None, DYNAMO),
    "dynamo_channels_last": (ChannelsLastHead, SMALL, 20, None, None, DYNAMO),
    "dynamo_mixture": (lambda: Mixture(5), (3, 33, 33), 21, None, None, DYNAMO),
}
