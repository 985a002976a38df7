"""Checks that a file is a valid ONNX model, shapes included, by the onnx package: python3 check.py MODEL.onnx"""
import sys

import onnx

model = onnx.load(sys.argv[1])
onnx.checker.check_model(model)
onnx.shape_inference.infer_shapes(model, check_type=True, strict_mode=False)
