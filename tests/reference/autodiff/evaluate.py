"""Evaluates an instrumented model in float64 and compares its gradients with PyTorch's autograd on the very same graph.

python3 evaluate.py MODEL.onnx FILES.json

FILES.json: {"input": name, "seed": name, "images": path of float32, "shape": [...], "seeds": [[...]], "scores": name,
"gradients": {tensor: name of its gradient}}. Prints {tensor: largest difference relative to the largest gradient}.

No rounding and no flipped ReLU stands between the two sides here: what is left, if anything, is a wrong rule.
"""
import json
import sys

import numpy as np
import onnx
import onnx.numpy_helper
import torch
import torch.nn.functional as F

OPS = {}


def op(*names):
    def add(function):
        for name in names:
            OPS[name] = function
        return function
    return add


def ints(tensor):
    return None if tensor is None else [int(v) for v in tensor.reshape(-1).tolist()]


def axes_of(a, x, index=1):
    given = a.get("axes")
    return given if given is not None else ints(x[index]) if len(x) > index and x[index] is not None else None


for name, function in {
    "Add": torch.add, "Sub": torch.sub, "Mul": torch.mul, "Pow": torch.pow, "MatMul": torch.matmul,
    "Greater": torch.gt, "Less": torch.lt, "Equal": torch.eq, "And": torch.logical_and, "Or": torch.logical_or,
}.items():
    OPS[name] = lambda a, x, f=function: f(x[0], x[1])
for name, function in {
    "Neg": torch.neg, "Sqrt": torch.sqrt, "Exp": torch.exp, "Log": torch.log, "Reciprocal": torch.reciprocal, "Erf": torch.erf, "Tanh": torch.tanh,
    "Sigmoid": torch.sigmoid, "Relu": torch.relu, "Not": torch.logical_not, "Abs": torch.abs, "Sign": torch.sign, "Softplus": F.softplus, "Identity": lambda v: v,
    "HardSwish": F.hardswish, "Floor": torch.floor, "Sin": torch.sin, "Cos": torch.cos, "Selu": F.selu, "Dropout": lambda v: v, "Size": lambda v: torch.tensor(v.numel()),
}.items():
    OPS[name] = lambda a, x, f=function: f(x[0])


@op("Div")
def div(a, x):
    return torch.div(x[0], x[1], rounding_mode=None if x[0].is_floating_point() else "trunc")


@op("Mod")
def mod(a, x):
    return torch.fmod(x[0], x[1]) if a.get("fmod") else torch.remainder(x[0], x[1])


@op("Min", "Max")
def extreme(a, x):
    result = x[0]
    for other in x[1:]:
        result = (torch.minimum if a["op"] == "Min" else torch.maximum)(result, other)
    return result


@op("Where")
def where(a, x):
    return torch.where(x[0], x[1], x[2])


@op("Clip")
def clip(a, x):
    low = a.get("min", float(x[1]) if len(x) > 1 and x[1] is not None else None)
    high = a.get("max", float(x[2]) if len(x) > 2 and x[2] is not None else None)
    # hardtanh's slope at its bounds is 0, clamp's is 1; exporters write both as Clip.
    return F.hardtanh(x[0], -np.inf if low is None else low, np.inf if high is None else high)


@op("HardSigmoid")
def hard_sigmoid(a, x):
    return F.hardtanh(x[0] * a.get("alpha", 0.2) + a.get("beta", 0.5), 0.0, 1.0)


@op("LeakyRelu", "Elu", "Celu")
def sloped(a, x):
    function = {"LeakyRelu": F.leaky_relu, "Elu": F.elu, "Celu": F.celu}[a["op"]]
    return function(x[0], a.get("alpha", 0.01 if a["op"] == "LeakyRelu" else 1.0))


@op("PRelu")
def prelu(a, x):
    return torch.where(x[0] > 0, x[0], x[0] * x[1])


@op("Cast")
def cast(a, x):
    return x[0].to({1: torch.float64, 10: torch.float64, 11: torch.float64, 6: torch.int64, 7: torch.int64, 9: torch.bool}[a["to"]])


@op("Gemm")
def gemm(a, x):
    left, right = (x[0].t() if a.get("transA") else x[0]), (x[1].t() if a.get("transB") else x[1])
    result = a.get("alpha", 1.0) * (left @ right)
    return result if len(x) < 3 or x[2] is None else result + a.get("beta", 1.0) * x[2]


@op("Einsum")
def einsum(a, x):
    return torch.einsum(a["equation"], *x)


def padded(x, pads, value=0.0):
    rank = len(pads) // 2
    return F.pad(x, [p for axis in reversed(range(rank)) for p in (pads[axis], pads[axis + rank])], value=value)


@op("Conv")
def conv(a, x):
    rank = x[1].dim() - 2
    x0 = padded(x[0], a.get("pads", [0] * 2 * rank))
    function = (F.conv1d, F.conv2d, F.conv3d)[rank - 1]
    return function(x0, x[1], x[2] if len(x) > 2 else None, a.get("strides", 1), 0, a.get("dilations", 1), a.get("group", 1))


@op("ConvTranspose")
def conv_transpose(a, x):
    rank = x[1].dim() - 2
    function = (F.conv_transpose1d, F.conv_transpose2d, F.conv_transpose3d)[rank - 1]
    full = function(x[0], x[1], x[2] if len(x) > 2 else None, a.get("strides", 1), 0, 0, a.get("group", 1), a.get("dilations", 1))
    pads, extra = a.get("pads", [0] * 2 * rank), a.get("output_padding", [0] * rank)
    return padded(full, [-p for p in pads[:rank]] + [e - p for p, e in zip(pads[rank:], extra)])


@op("MaxPool", "AveragePool")
def pool(a, x):
    rank, kernel = len(a["kernel_shape"]), a["kernel_shape"]
    strides, pads, ceil = a.get("strides", [1] * rank), a.get("pads", [0] * 2 * rank), bool(a.get("ceil_mode"))
    assert pads[:rank] == pads[rank:] and rank == 2
    if a["op"] == "MaxPool":
        return F.max_pool2d(x[0], kernel, strides, pads[:rank], a.get("dilations", 1), ceil)
    return F.avg_pool2d(x[0], kernel, strides, pads[:rank], ceil, bool(a.get("count_include_pad")))


@op("GlobalAveragePool")
def global_average(a, x):
    return x[0].mean(dim=tuple(range(2, x[0].dim())), keepdim=True)


@op("BatchNormalization")
def batch_norm(a, x):
    return F.batch_norm(x[0], x[3], x[4], x[1], x[2], False, 0.0, a.get("epsilon", 1e-5))


@op("InstanceNormalization")
def instance_norm(a, x):
    return F.instance_norm(x[0], None, None, x[1], x[2], True, 0.0, a.get("epsilon", 1e-5))


@op("LayerNormalization")
def layer_norm(a, x):
    axis = a.get("axis", -1) % x[0].dim()
    return F.layer_norm(x[0], x[0].shape[axis:], x[1], x[2] if len(x) > 2 else None, a.get("epsilon", 1e-5))


@op("Softmax")
def softmax(a, x):
    if a["opset"] >= 13:
        return torch.softmax(x[0], a.get("axis", -1))
    axis = a.get("axis", 1) % x[0].dim()
    return torch.softmax(x[0].flatten(axis), axis).reshape(x[0].shape)


@op("ReduceMean", "ReduceSum", "ReduceMax", "ReduceMin", "ReduceL2")
def reduce(a, x):
    axes = axes_of(a, x) or list(range(x[0].dim()))
    keep = bool(a.get("keepdims", 1))
    function = {"ReduceMean": torch.mean, "ReduceSum": torch.sum, "ReduceMax": torch.amax, "ReduceMin": torch.amin,
                "ReduceL2": lambda v, dim, keepdim: torch.linalg.vector_norm(v, dim=dim, keepdim=keepdim)}[a["op"]]
    return function(x[0], dim=tuple(axes), keepdim=keep)


@op("ReduceProd")
def reduce_prod(a, x):
    return x[0].prod()


@op("ArgMax")
def arg_max(a, x):
    # PyTorch's argmax does not promise the first of equal values; ONNX does.
    largest = x[0].amax(a["axis"], keepdim=True)
    return (x[0] == largest).to(torch.int8).argmax(a["axis"], keepdim=bool(a.get("keepdims", 1)))


@op("Reshape")
def reshape(a, x):
    target = ints(x[1])
    return x[0].reshape([x[0].shape[i] if dim == 0 else dim for i, dim in enumerate(target)])


@op("Flatten")
def flatten(a, x):
    axis = a.get("axis", 1)
    return x[0].reshape(int(np.prod(x[0].shape[:axis])), -1)


@op("Squeeze")
def squeeze(a, x):
    axes = axes_of(a, x)
    if axes is None:
        return x[0].squeeze()
    axes = {axis % x[0].dim() for axis in axes}
    return x[0].reshape([dim for i, dim in enumerate(x[0].shape) if i not in axes])


@op("Unsqueeze")
def unsqueeze(a, x):
    axes = axes_of(a, x)
    rank = x[0].dim() + len(axes)
    axes = {axis % rank for axis in axes}
    rest = iter(x[0].shape)
    return x[0].reshape([1 if i in axes else next(rest) for i in range(rank)])


@op("Transpose")
def transpose(a, x):
    return x[0].permute(a.get("perm", list(reversed(range(x[0].dim())))))


@op("Expand")
def expand(a, x):
    return x[0] * torch.ones(ints(x[1]), dtype=x[0].dtype) if x[0].dtype != torch.bool else x[0].expand(torch.broadcast_shapes(x[0].shape, ints(x[1])))


@op("Tile")
def tile(a, x):
    return x[0].repeat(ints(x[1]))


@op("Shape")
def shape(a, x):
    return torch.tensor(x[0].shape, dtype=torch.int64)


@op("Constant")
def constant(a, x):
    return a["value"]


@op("ConstantOfShape")
def constant_of_shape(a, x):
    value = a.get("value", torch.zeros(1, dtype=torch.float64))
    return torch.full(ints(x[0]), value.reshape(-1)[0].item(), dtype=value.dtype)


@op("Range")
def arange(a, x):
    return torch.arange(x[0].item(), x[1].item(), x[2].item())


@op("Concat")
def concat(a, x):
    return torch.cat(x, a["axis"])


@op("Split")
def split(a, x):
    sizes = a.get("split") or ints(x[1] if len(x) > 1 else None)
    axis = a.get("axis", 0)
    return torch.split(x[0], sizes or x[0].shape[axis] // a["outputs"], axis)


@op("Slice")
def slice_(a, x):
    starts, ends = a.get("starts") or ints(x[1]), a.get("ends") or ints(x[2])
    axes = axes_of(a, x, 3) or list(range(len(starts)))
    steps = ints(x[4]) if len(x) > 4 and x[4] is not None else [1] * len(starts)
    result = x[0]
    for axis, start, end, step in zip(axes, starts, ends, steps):
        index = torch.arange(result.shape[axis])[slice(start, end if step > 0 or end >= -result.shape[axis] else None, 1 if step < 0 else step)] if step > 0 else torch.tensor(list(range(result.shape[axis]))[slice(start, None if end < -result.shape[axis] else end, step)])
        result = result.index_select(axis, index)
    return result


@op("Gather")
def gather(a, x):
    axis = a.get("axis", 0) % x[0].dim()
    index = torch.where(x[1] < 0, x[1] + x[0].shape[axis], x[1])
    chosen = x[0].index_select(axis, index.reshape(-1))
    return chosen.reshape([*x[0].shape[:axis], *index.shape, *x[0].shape[axis + 1:]])


@op("ScatterND")
def scatter_nd(a, x):
    result = x[0].clone()
    result[tuple(x[1].reshape(-1, x[1].shape[-1]).t())] = x[2].reshape(-1, *x[2].shape[x[1].dim() - 1:])
    return result


@op("Pad")
def pad(a, x):
    pads = a.get("pads") or ints(x[1])
    mode = a.get("mode", "constant")
    if mode == "constant":
        return padded(x[0], pads, float(x[2]) if len(x) > 2 and x[2] is not None else a.get("value", 0.0))
    rank = len(pads) // 2
    return F.pad(x[0], [p for axis in (3, 2) for p in (pads[axis], pads[axis + rank])], mode={"reflect": "reflect", "edge": "replicate"}[mode])


@op("Resize", "Upsample")
def resize(a, x):
    scales = next(v for v in x[1:][::-1] if v is not None and v.numel() > 0)
    size = ints(scales)[2:] if scales.dtype == torch.int64 else [int(n * s) for n, s in zip(x[0].shape[2:], scales.tolist()[2:])]
    mode = {"nearest": "nearest", "linear": "bilinear", "cubic": "bicubic"}[a.get("mode", "nearest")]
    return F.interpolate(x[0], size, mode=mode, **({} if mode == "nearest" else {"align_corners": a.get("coordinate_transformation_mode") == "align_corners"}))


@op("DepthToSpace")
def depth_to_space(a, x):
    n, c, h, w = x[0].shape
    b = a["blocksize"]
    if a.get("mode", "DCR") == "CRD":
        return x[0].reshape(n, c // b ** 2, b, b, h, w).permute(0, 1, 4, 2, 5, 3).reshape(n, c // b ** 2, h * b, w * b)
    return x[0].reshape(n, b, b, c // b ** 2, h, w).permute(0, 3, 4, 1, 5, 2).reshape(n, c // b ** 2, h * b, w * b)


def tensor_of(proto):
    array = onnx.numpy_helper.to_array(proto)
    tensor = torch.from_numpy(array.copy())
    return tensor.double() if tensor.is_floating_point() else tensor.long() if tensor.dtype == torch.int32 else tensor


def attributes_of(node, opset):
    result = {"op": node.op_type, "opset": opset, "outputs": len(node.output)}
    for attribute in node.attribute:
        value = onnx.helper.get_attribute_value(attribute)
        result[attribute.name] = tensor_of(value) if isinstance(value, onnx.TensorProto) else value.decode() if isinstance(value, bytes) else list(value) if attribute.type in (6, 7) else value
    return result


def main(model_path, files_path):
    torch.set_num_threads(1)
    model, files = onnx.load(model_path), json.load(open(files_path))
    opset = next(entry.version for entry in model.opset_import if entry.domain in ("", "ai.onnx"))
    images = torch.from_numpy(np.fromfile(files["images"], "<f4", int(np.prod(files["shape"]))).reshape(files["shape"])).double().requires_grad_(True)
    seeds = torch.tensor(files["seeds"], dtype=torch.float64)
    values = {tensor.name: tensor_of(tensor) for tensor in model.graph.initializer}
    values.update({files["input"]: images, files["seed"]: seeds})
    for node in model.graph.node:
        inputs = [values[name] if name else None for name in node.input]
        # Appended nodes are numbers to PyTorch: its own gradients come from the model's nodes alone.
        appended = node.output[0].startswith("right_reason/")
        with torch.set_grad_enabled(not appended):
            result = OPS[node.op_type](attributes_of(node, opset), inputs)
        for name, value in zip(node.output, result if isinstance(result, (tuple, list)) else [result]):
            values[name] = value
    score = (values[files["scores"]].reshape(seeds.shape) * seeds).sum()
    tensors = list(files["gradients"])
    exact = torch.autograd.grad(score, [values[name] for name in tensors], retain_graph=True)
    errors = {}
    for name, wanted in zip(tensors, exact):
        found = values[files["gradients"][name]]
        if wanted.dim() == 3:
            tokens = found.shape[2] * found.shape[3]
            wanted = wanted[:, wanted.shape[1] - tokens:].transpose(1, 2).reshape(found.shape)
        elif wanted.shape != found.shape or name in files["channelsLast"]:
            wanted = wanted.permute(0, 3, 1, 2)
        errors[name] = float((found - wanted).abs().max() / wanted.abs().max())
    print(json.dumps(errors))


if __name__ == "__main__":
    main(*sys.argv[1:3])
