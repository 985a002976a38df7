"""Writes one network of the zoo: NAME.onnx, and PyTorch's float64 numbers for it (NAME.json, NAME.bin).

python3 export.py NAME FOLDER      a network of the zoo
python3 export.py --fixtures FOLDER  the small ones that are committed, references in float32: by PyTorch 1.13, and with PyTorch 2 those of its own exporter

Arrays lie in NAME.bin one behind the other (little endian); NAME.json lists name, type, shape and offset. Gradients are those of
each image's own class score, a logit. `float32Error` is what PyTorch's own float32 differs from its float64 by, relative to the largest
value: no float32 implementation can be asked to do better.
"""
import copy
import json
import sys
import warnings
from pathlib import Path

import numpy as np
import onnx
import onnx.numpy_helper
import torch
from torch import nn

from networks import FIXTURES, FIXTURES_DYNAMO, SEED, ZOO, at, randomised

warnings.filterwarnings("ignore")
IMAGES = 2
PYTORCH_2 = int(torch.__version__.split(".")[0]) >= 2


def logits_of(model, x):
    """The model's output, or what stands before its final activation."""
    if isinstance(model, nn.Sequential) and isinstance(model[-1], nn.Softmax):
        return model[:-1](x)
    if type(model).__name__ == "XrvDenseNet":
        return model.body(x)
    return model(x)


def gradients(model, layers, x, classes):
    kept = {}
    hooks = []
    for label, path in layers.items():
        def keep(module, inputs, output, label=label):
            output.retain_grad()
            kept[label] = output
        hooks.append(at(path)(model).register_forward_hook(keep))
    x = x.clone().requires_grad_(True)
    logits = logits_of(model, x)
    chosen = classes if classes is not None else logits.argmax(1)
    logits[torch.arange(x.shape[0]), chosen].sum().backward()
    for hook in hooks:
        hook.remove()
    result = {"logits": logits.detach(), "input.gradient": x.grad}
    for label, tensor in kept.items():
        result[f"{label}.activation"] = tensor.detach()
        result[f"{label}.gradient"] = tensor.grad
    return chosen, result


def main(name, folder, row, stored="<f8"):
    constructor, shape, opset, default, early, options = row
    torch.manual_seed(SEED)
    torch.set_num_threads(1)
    model = randomised(constructor())
    images = 1 if options.get("batch") == "fixed" else IMAGES
    x = torch.randn(images, *shape, generator=torch.Generator().manual_seed(SEED))
    layers = {label: path for label, path in (("default", default), ("early", early)) if path}
    double = copy.deepcopy(model).double()
    classes, exact = gradients(double, layers, x.double(), None)
    if images > 1:
        # Another class for the second image, so that a seed that leaks between images is seen.
        classes[1] = (classes[0] + 1) % exact["logits"].shape[1]
        _, exact = gradients(double, layers, x.double(), classes)
    _, single = gradients(model, layers, x, classes)
    float32_error = {key: float((single[key].double() - exact[key]).abs().max() / exact[key].abs().max()) for key in exact}

    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.onnx"
    kind = options.get("batch", "dynamic")
    axes = {"dynamic": {"input": {0: "batch"}, "output": {0: "batch"}}, "size": {"input": {0: "batch", 2: "height", 3: "width"}, "output": {0: "batch"}}, "fixed": None}[kind]
    names = {"input_names": ["input"], "output_names": ["output"]}
    if options.get("dynamo"):
        torch.onnx.export(model, (x,), str(path), opset_version=opset, dynamo=True, external_data=False, dynamic_shapes=({0: torch.export.Dim("batch", min=1, max=64)},), **names)
        without_traces(path)
    elif PYTORCH_2:
        torch.onnx.export(model, (x,), str(path), opset_version=opset, dynamo=False, dynamic_axes=axes, do_constant_folding=True, **names)
    else:
        torch.onnx.export(model, x, str(path), opset_version=opset, dynamic_axes=axes, do_constant_folding=True, **names)
    if options.get("float16"):
        to_float16(path)
    if options.get("external"):
        onnx.save(onnx.load(str(path)), str(path), save_as_external_data=True, all_tensors_to_one_file=True, location=f"{name}.weights", size_threshold=1024)

    arrays = {"input": x.numpy().astype("<f4"), "classes": classes.numpy().astype("<f8")}
    arrays.update({key: value.numpy().astype(stored) for key, value in exact.items()})
    entries = []
    with open(folder / f"{name}.bin", "wb") as file:
        for key, value in arrays.items():
            entries.append({"name": key, "type": value.dtype.str, "shape": list(value.shape), "offset": file.tell()})
            file.write(np.ascontiguousarray(value).tobytes())
    record = {"name": name, "opset": opset, "exporter": f"PyTorch {torch.__version__}", "arrays": entries, "float32Error": float32_error, "options": options}
    (folder / f"{name}.json").write_text(json.dumps(record))


def without_traces(path):
    """Leaves out where in the Python code each node comes from: paths of the machine that exports."""
    model = onnx.load(str(path))
    del model.graph.metadata_props[:], model.graph.value_info[:]
    for entry in [*model.graph.node, *model.graph.initializer, *model.graph.input, *model.graph.output]:
        del entry.metadata_props[:]
        entry.doc_string = ""
    onnx.save(model, str(path))


def to_float16(path):
    """Weights, input and output in half precision, as onnxconverter-common leaves them."""
    model = onnx.load(str(path))
    for tensor in model.graph.initializer:
        if tensor.data_type == onnx.TensorProto.FLOAT:
            tensor.CopyFrom(onnx.numpy_helper.from_array(onnx.numpy_helper.to_array(tensor).astype(np.float16), tensor.name))
    for value in [*model.graph.input, *model.graph.output]:
        value.type.tensor_type.elem_type = onnx.TensorProto.FLOAT16
    del model.graph.value_info[:]
    onnx.save(model, str(path))


if __name__ == "__main__":
    if sys.argv[1] == "--fixtures":
        for fixture, row in (FIXTURES_DYNAMO if PYTORCH_2 else FIXTURES).items():
            if sys.argv[3:] and fixture not in sys.argv[3:]:
                continue
            main(fixture, sys.argv[2], row, "<f4")
    else:
        main(sys.argv[1], sys.argv[2], ZOO[sys.argv[1]])
