#!/usr/bin/python3
"""Makes the corpus that compare.ts reads: DICOM files in every transfer syntax, with the values that other readers see.

Run with Debian's /usr/bin/python3; needs python3-pydicom, python3-pil, dcmtk and libgdcm-tools.
    make-corpus.py OUT

OUT/files/*.dcm          pydicom's own test files, and synthetic images transcoded by dcmtk and GDCM
OUT/expected/*.i32       stored values as int32 little endian, all frames, samples by pixel
OUT/index.json           [{file, syntax, source, expected: [{by, values, frames}]}]

A lossless file of a synthetic image is expected to give the values it was made from ('origin'); every file is also decoded
by dcmtk, GDCM and pydicom, as far as they can. HTJ2K files are made by make-htj2k.ts, since Debian 12's dcmtk and GDCM cannot.
"""
import io
import json
import shutil
import subprocess
import sys
import tempfile
import zlib
from pathlib import Path

import numpy as np
import pydicom
from PIL import Image
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.encaps import encapsulate
from pydicom.uid import ExplicitVRLittleEndian, generate_uid

OUT = Path(sys.argv[1]).resolve()
FILES, EXPECTED = OUT / 'files', OUT / 'expected'
TEST_FILES = Path(pydicom.__file__).parent / 'data' / 'test_files'


def run(*command: str) -> bool:
    try:
        return subprocess.run(command, capture_output=True, timeout=60).returncode == 0
    except subprocess.TimeoutExpired:
        return False


def image(rows: int, cols: int, bits: int, signed: bool, samples: int, frames: int, seed: int) -> np.ndarray:
    """A smooth field with edges and noise that uses the whole range of its bits."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[0:rows, 0:cols]
    planes = []
    for plane in range(frames * samples):
        field = np.sin(x / (7 + plane)) + np.cos(y / (9 + 2 * plane)) + 0.002 * (x + plane) * y / max(rows, cols)
        field += rng.normal(0, 0.05, field.shape) + (x > cols / 2) * (y > rows / 3)
        field = (field - field.min()) / np.ptp(field)
        planes.append(np.round(field * (2 ** bits - 1)).astype(np.int64))
    array = np.stack(planes).reshape(frames, samples, rows, cols).transpose(0, 2, 3, 1)
    return array - (2 ** (bits - 1) if signed else 0)


def native(name: str, array: np.ndarray, bits: int, allocated: int, signed: bool, photometric: str) -> Path:
    frames, rows, cols, samples = array.shape
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = '1.2.840.10008.5.1.4.1.1.7'
    meta.MediaStorageSOPInstanceUID = generate_uid(entropy_srcs=[name])
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    ds = Dataset()
    ds.file_meta = meta
    ds.is_little_endian, ds.is_implicit_VR = True, False
    ds.SOPClassUID, ds.SOPInstanceUID = meta.MediaStorageSOPClassUID, meta.MediaStorageSOPInstanceUID
    ds.StudyInstanceUID = generate_uid(entropy_srcs=['study'])
    ds.SeriesInstanceUID = generate_uid(entropy_srcs=['series'])
    ds.PatientID, ds.PatientName, ds.Modality = 'SYNTHETIC', 'SYNTHETIC', 'OT'
    ds.StudyDate = ds.StudyTime = ds.AccessionNumber = ds.PatientBirthDate = ds.PatientSex = ds.ReferringPhysicianName = ds.StudyID = ''
    ds.SeriesNumber = ds.InstanceNumber = '1'
    ds.Rows, ds.Columns, ds.SamplesPerPixel, ds.PhotometricInterpretation = rows, cols, samples, photometric
    ds.BitsAllocated, ds.BitsStored, ds.HighBit, ds.PixelRepresentation = allocated, bits, bits - 1, int(signed)
    if samples > 1:
        ds.PlanarConfiguration = 0
    if frames > 1:
        ds.NumberOfFrames = frames
    kind = np.dtype(f"<{'i' if signed else 'u'}{allocated // 8}")
    masked = array & (2 ** bits - 1) if signed and bits < allocated else array
    data = masked.astype(kind).tobytes()
    ds.PixelData = data + b'\0' * (len(data) % 2)
    ds['PixelData'].VR = 'OB' if allocated == 8 else 'OW'
    path = FILES / f'{name}.dcm'
    ds.save_as(path, write_like_original=False)
    return path


# name → (rows, columns, bits, allocated, signed, photometric, frames)
SYNTHETIC = {
    'mono8': (61, 47, 8, 8, False, 'MONOCHROME2', 1),
    'mono8-signed': (48, 64, 8, 8, True, 'MONOCHROME2', 1),
    'mono1-10': (50, 33, 10, 16, False, 'MONOCHROME1', 1),
    'mono12': (64, 80, 12, 16, False, 'MONOCHROME2', 1),
    'mono12-signed': (64, 80, 12, 16, True, 'MONOCHROME2', 1),
    'mono14': (40, 52, 14, 16, False, 'MONOCHROME2', 1),
    'mono16': (57, 63, 16, 16, False, 'MONOCHROME2', 1),
    'mono16-signed': (57, 63, 16, 16, True, 'MONOCHROME2', 1),
    'mono12-frames': (32, 40, 12, 16, False, 'MONOCHROME2', 3),
    'mono32': (20, 24, 32, 32, False, 'MONOCHROME2', 1),
    'rgb8': (48, 40, 8, 8, False, 'RGB', 1),
    'rgb8-frames': (24, 32, 8, 8, False, 'RGB', 3),
    'rgb16': (24, 32, 16, 16, False, 'RGB', 1),
    'ybr8': (24, 32, 8, 8, False, 'YBR_FULL', 1),
}

# name → (command with IN and OUT, lossless)
TRANSCODERS = {
    'implicit': (['dcmconv', '+ti', 'IN', 'OUT'], True),
    'big-endian': (['dcmconv', '+tb', 'IN', 'OUT'], True),
    'deflated': (['dcmconv', '+td', 'IN', 'OUT'], True),
    'no-meta': (['dcmconv', '-F', '+te', 'IN', 'OUT'], True),
    'no-meta-implicit': (['dcmconv', '-F', '+ti', 'IN', 'OUT'], True),
    'undefined-lengths': (['dcmconv', '+te', '-e', 'IN', 'OUT'], True),
    'rle': (['dcmcrle', 'IN', 'OUT'], True),
    'rle-no-table': (['dcmcrle', '-ot', 'IN', 'OUT'], True),
    'rle-gdcm': (['gdcmconv', '-R', 'IN', 'OUT'], True),
    **{f'jpeg-lossless-sv{sv}': (['dcmcjpeg', '+el', '+sv', str(sv), 'IN', 'OUT'], True) for sv in range(1, 8)},
    'jpeg-lossless-sv1': (['dcmcjpeg', '+e1', 'IN', 'OUT'], True),
    'jpeg-lossless-fragments': (['dcmcjpeg', '+e1', '+fs', '1', 'IN', 'OUT'], True),
    'jpeg-lossless-gdcm': (['gdcmconv', '-J', 'IN', 'OUT'], True),
    'jpeg-baseline': (['dcmcjpeg', '+eb', '+q', '90', 'IN', 'OUT'], False),
    'jpeg-baseline-444': (['dcmcjpeg', '+eb', '+q', '95', '+s4', 'IN', 'OUT'], False),
    'jpeg-extended': (['dcmcjpeg', '+ee', '+q', '90', 'IN', 'OUT'], False),
    'jpeg-ls': (['dcmcjpls', '+el', 'IN', 'OUT'], True),
    'jpeg-ls-planes': (['dcmcjpls', '+el', '+in', 'IN', 'OUT'], True),
    'jpeg-ls-samples': (['dcmcjpls', '+el', '+is', 'IN', 'OUT'], True),
    'jpeg-ls-near': (['dcmcjpls', '+en', '+md', '3', 'IN', 'OUT'], False),
    'jpeg-ls-gdcm': (['gdcmconv', '-L', 'IN', 'OUT'], True),
    'jpeg2000': (['gdcmconv', '-K', 'IN', 'OUT'], True),
    'jpeg2000-tiles': (['gdcmconv', '-K', '-t', '16,16', 'IN', 'OUT'], True),
    'jpeg2000-lossy': (['gdcmconv', '-K', '-Y', '-r', '8', 'IN', 'OUT'], False),
    'jpeg2000-irreversible': (['gdcmconv', '-K', '-Y', '--irreversible', '-q', '45', 'IN', 'OUT'], False),
}

# name → (transfer syntax, pieces of the native frame's bytes): what neither dcmtk 3.6.7 nor GDCM 3.0 writes
LOOSE = {
    'encapsulated': ('1.2.840.10008.1.2.1.98', lambda frame: frame),
    'deflated-frames': ('1.2.840.10008.1.2.8.1', lambda frame: deflated(frame)),
}


def deflated(frame: bytes) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(frame) + packer.flush()


def repacked(base: Path, name: str, syntax: str, pieces: 'list[bytes]') -> Path:
    """The file with its pixel data in pieces, one a frame."""
    ds = pydicom.dcmread(base)
    ds.PixelData = encapsulate(pieces)
    ds['PixelData'].is_undefined_length = True
    ds['PixelData'].VR = 'OB'
    # The name of the syntax last: pydicom 2.3 does not know all of them.
    target = FILES / f'{base.stem}_{name}.dcm'
    stand_in = '1.2.840.10008.1.2.5'
    ds.file_meta.TransferSyntaxUID = stand_in
    ds.save_as(target, write_like_original=False)
    length = (len(syntax) + 1) // 2 * 2
    old = b'\x02\x00\x10\x00UI' + (20).to_bytes(2, 'little') + stand_in.encode() + b'\0'
    new = b'\x02\x00\x10\x00UI' + length.to_bytes(2, 'little') + syntax.encode().ljust(length, b'\0')
    data = target.read_bytes()
    group = int.from_bytes(data[140:144], 'little') + len(new) - len(old)
    target.write_bytes(data[:140] + group.to_bytes(4, 'little') + data[144:].replace(old, new, 1))
    return target


def progressive(array: np.ndarray) -> 'tuple[bytes, np.ndarray]':
    """A frame of 8 bits as JPEG by full progression, with what libjpeg-turbo decodes."""
    stream = io.BytesIO()
    Image.fromarray(array.squeeze().astype(np.uint8)).save(stream, 'JPEG', quality=90, progressive=True)
    return stream.getvalue(), np.asarray(Image.open(stream)).astype(np.int64)


DCMTK_DECODERS = {
    '1.2.840.10008.1.2.5': ['dcmdrle'],
    **{f'1.2.840.10008.1.2.4.{n}': ['dcmdjpeg', '+cn'] for n in (50, 51, 57, 70)},
    **{f'1.2.840.10008.1.2.4.{n}': ['dcmdjpls'] for n in (80, 81)},
}


def stored(path: Path, original: Path) -> np.ndarray:
    """pydicom's values, samples by pixel, without its colour conversion. Lossy JPEG 2000 overshoots: clamped to BitsStored
    of the original; everything else is masked and sign-extended."""
    ds = pydicom.dcmread(path, force=True)
    array = ds.pixel_array.astype(np.int64)
    header = pydicom.dcmread(original, stop_before_pixels=True, force=True)
    bits = header.BitsStored
    if syntax_of(original) == '1.2.840.10008.1.2.4.91':
        low = -2 ** (bits - 1) if header.PixelRepresentation == 1 else 0
        return array.clip(low, low + 2 ** bits - 1)
    array &= 2 ** bits - 1
    if ds.PixelRepresentation == 1:
        array = np.where(array >= 2 ** (bits - 1), array - 2 ** bits, array)
    return array


def syntax_of(path: Path) -> str:
    ds = pydicom.dcmread(path, stop_before_pixels=True, force=True)
    return str(ds.file_meta.TransferSyntaxUID) if 'TransferSyntaxUID' in ds.file_meta else 'none'


def expectations(path: Path, origin: 'np.ndarray | None') -> list:
    found = {}
    if origin is not None:
        found['origin'] = origin
    with tempfile.TemporaryDirectory() as scratch:
        raw = Path(scratch) / 'raw.dcm'
        dcmtk = DCMTK_DECODERS.get(syntax_of(path), ['dcmconv', '+te'])
        commands = {'dcmtk': [*dcmtk, str(path), str(raw)], 'gdcm': ['gdcmconv', '-w', str(path), str(raw)]}
        for by, command in commands.items():
            raw.unlink(missing_ok=True)
            if run(*command) and raw.exists():
                try:
                    if pydicom.dcmread(raw).PhotometricInterpretation == pydicom.dcmread(path, force=True).PhotometricInterpretation or by == 'dcmtk':
                        found[by] = stored(raw, path)
                except Exception as error:
                    print(f'  {by}: {path.name}: {error}', file=sys.stderr)
    try:
        found['pydicom'] = stored(path, path)
    except Exception as error:
        print(f'  pydicom: {path.name}: {error}', file=sys.stderr)
    result = []
    for by, array in found.items():
        name = f'{path.stem}.{by}.i32'
        (EXPECTED / name).write_bytes(array.astype('<i4').tobytes())
        result.append({'by': by, 'values': name})
    return result


def main() -> None:
    shutil.rmtree(OUT, ignore_errors=True)
    FILES.mkdir(parents=True)
    EXPECTED.mkdir()
    index = []

    def add(path: Path, source: str, origin: 'np.ndarray | None') -> None:
        index.append({'file': path.name, 'syntax': syntax_of(path), 'source': source, 'expected': expectations(path, origin)})

    for path in sorted(TEST_FILES.rglob('*.dcm')) + sorted(p for p in (TEST_FILES / 'dicomdirtests').rglob('*') if p.is_file() and not p.suffix):
        try:
            if 'PixelData' not in pydicom.dcmread(path, force=True):
                continue
        except Exception:
            continue
        copy = FILES / ('pydicom-' + '-'.join(path.relative_to(TEST_FILES).parts))
        shutil.copy(path, copy.with_suffix('.dcm'))
        add(copy.with_suffix('.dcm'), 'pydicom', None)

    for seed, (name, (rows, cols, bits, allocated, signed, photometric, frames)) in enumerate(SYNTHETIC.items()):
        samples = 1 if photometric.startswith('MONO') else 3
        array = image(rows, cols, bits, signed, samples, frames, seed)
        base = native(name, array, bits, allocated, signed, photometric)
        add(base, 'synthetic', array)
        for way, (command, lossless) in TRANSCODERS.items():
            target = FILES / f'{name}_{way}.dcm'
            arguments = [str(base) if word == 'IN' else str(target) if word == 'OUT' else word for word in command]
            if not run(*arguments) or not target.exists():
                target.unlink(missing_ok=True)
                continue
            add(target, f'synthetic, {command[0]}', array if lossless else None)
        size = len(pydicom.dcmread(base).PixelData) // frames // 2 * 2
        pixels = pydicom.dcmread(base).PixelData
        for way, (syntax, pack) in LOOSE.items():
            if frames == 1 or rows * cols % 2 == 0:
                add(repacked(base, way, syntax, [pack(pixels[f * size:(f + 1) * size] if frames > 1 else pixels) for f in range(frames)]), 'synthetic, Python', array)
        if photometric == 'MONOCHROME2' and (bits, signed, frames) == (8, False, 1):
            stream, values = progressive(array)
            add(repacked(base, 'jpeg-progressive', '1.2.840.10008.1.2.4.55', [stream]), 'synthetic, libjpeg-turbo', None)
            index[-1]['expected'].append({'by': 'libjpeg-turbo', 'values': f'{base.stem}.turbo.i32'})
            (EXPECTED / f'{base.stem}.turbo.i32').write_bytes(values.astype('<i4').tobytes())
    (OUT / 'index.json').write_text(json.dumps(index, indent=1))
    print(f'{len(index)} files in {OUT}', file=sys.stderr)


main()
