"""Checks the objects of make-objects.ts with readers that know nothing of this program: dciodvfy (dicom3tools) and pydicom.

Usage: node tests/reference/interchange/make-objects.ts FOLDER && /usr/bin/python3 tests/reference/interchange/check.py FOLDER
Needs Debian's dicom3tools and python3-pydicom. Ends with 1 where something is wrong; prints the validator's warnings with how often each came.
"""
import collections, csv, json, pathlib, re, subprocess, sys
import numpy as np
import pydicom

root = pathlib.Path(sys.argv[1])
KINDS = ['dicom-sr', 'dicom-ko', 'dicom-sc', 'dicom-pmap']
sources = {path.name: pydicom.dcmread(path) for path in sorted((root / 'studies').glob('*.dcm'))}
by_uid = {str(ds.SOPInstanceUID): ds for ds in sources.values()}
cases = {case['id']: case for case in json.loads((root / 'cases.json').read_text())}
faults = []
warnings = collections.defaultdict(collections.Counter)


def must(holds, path, what):
    if not holds:
        faults.append(f'{path.relative_to(root)}: {what}')


def validate(path, kind):
    done = subprocess.run(['dciodvfy', str(path)], capture_output=True)
    for line in (done.stdout + done.stderr).decode('utf8', 'replace').splitlines():
        if line.startswith('Error'):
            faults.append(f'{path.relative_to(root)}: dciodvfy: {line}')
        elif line.startswith('Warning'):
            warnings[kind][re.sub(r'<[^>]*> - Retired', '<…> - Retired', line)] += 1


def everything(ds):
    """All values of a data set as one text."""
    return '\n'.join(str(element.value) for element in ds.iterall() if element.VR not in ('SQ', 'OB', 'OW', 'OF'))


def items(ds):
    for item in ds.get('ContentSequence', []):
        yield item
        yield from items(item)


def code(sequence):
    return sequence[0].CodeValue


def references(ds):
    return [str(element.value) for element in ds.iterall() if element.keyword == 'ReferencedSOPInstanceUID']


def check_report(ds, path):
    must(ds.ContentTemplateSequence[0].TemplateIdentifier == '1500' and code(ds.ConceptNameCodeSequence) == '126000', path, 'is no TID 1500 report')
    found = {code(item.ConceptNameCodeSequence): item for item in items(ds) if 'ConceptNameCodeSequence' in item}
    must(code(found['verdict'].ConceptCodeSequence) == 'wrong-reason', path, 'has another verdict')
    must('111001' in found and '111003' in found and '121008' in found and '121012' in found, path, 'lacks algorithm or observers')
    case = cases[int(path.stem[:6])]
    region = case['flag']['region']
    if region:
        scoord = found['111030']
        xs, ys = scoord.GraphicData[0::2], scoord.GraphicData[1::2]
        must([min(xs), min(ys), max(xs), max(ys)] == [region['x'], region['y'], region['x'] + region['width'], region['y'] + region['height']], path, 'has another region')
        must(code(scoord.ContentSequence[0].ConceptNameCodeSequence) == '111040', path, 'a region of no image')


def check_keys(ds, path):
    must(ds.ContentTemplateSequence[0].TemplateIdentifier == '2010', path, 'is no TID 2010')
    must(any(item.ValueType == 'IMAGE' for item in items(ds)), path, 'selects nothing')


def check_capture(ds, path):
    pixels = ds.pixel_array
    must(ds.BurnedInAnnotation == 'YES' and pixels.shape == (ds.Rows, ds.Columns, 3) and pixels.std() > 0, path, 'is no picture')


def check_map(ds, path, rows):
    """Values as in the NumPy export; cells where the preprocessing's affine says, worked out here anew."""
    row = next(row for row in rows if row['path'] == path.with_suffix('.npy').name)
    expected = np.load(path.parent.parent / 'npy' / row['path'])
    values = np.frombuffer(ds.FloatPixelData, '<f4').reshape(ds.Rows, ds.Columns)
    must(np.array_equal(values, expected), path, 'has other values')
    source = next(ds for ds in by_uid.values() if str(ds.SOPInstanceUID) == cases[int(path.stem[:6])]['sopInstanceUid'])
    spacing = [float(value) for value in (source.get('PixelSpacing') or source.get('ImagerPixelSpacing'))]
    in_patient = 'FrameOfReferenceUID' in source
    position = np.array(source.ImagePositionPatient if in_patient else [0, 0, 0], float)
    along, down = np.split(np.array(source.ImageOrientationPatient if in_patient else [1, 0, 0, 0, 1, 0], float), 2)
    shared = ds.SharedFunctionalGroupsSequence[0]
    to = shared.PlanePositionSequence[0].ImagePositionPatient
    step = [float(value) for value in shared.PixelMeasuresSequence[0].PixelSpacing]
    axes = np.array(shared.PlaneOrientationSequence[0].ImageOrientationPatient, float)
    for i, j in [(0, 0), (ds.Rows - 1, ds.Columns - 1)]:
        x = ((j + 0.5) * float(row['inputWidth']) / ds.Columns - float(row['offsetX'])) / float(row['scaleX'])
        y = ((i + 0.5) * float(row['inputHeight']) / ds.Rows - float(row['offsetY'])) / float(row['scaleY'])
        want = position + along * (x - 0.5) * spacing[1] + down * (y - 0.5) * spacing[0]
        got = np.array(to, float) + axes[:3] * j * step[1] + axes[3:] * i * step[0]
        must(np.abs(want - got).max() < 1e-6 * max(1, np.abs(want).max()), path, f'cell {i},{j} lies at {got}, not at {want}')
    must(in_patient == (ds.PositionReferenceIndicator != 'DETECTOR PLANE'), path, 'claims another frame of reference')


checks = {'dicom-sr': check_report, 'dicom-ko': check_keys, 'dicom-sc': check_capture}
count = collections.Counter()
for mode in ('pseudonym', 'deidentified', 'plain'):
    with open(root / mode / 'npy' / 'index.csv', newline='') as file:
        rows = list(csv.DictReader(file))
    for kind in KINDS:
        for path in sorted((root / mode / kind).glob('*.dcm')):
            count[kind] += 1
            validate(path, kind)
            ds = pydicom.dcmread(path)
            checks.get(kind, lambda ds, path: check_map(ds, path, rows))(ds, path)
            words = everything(ds)
            for needed in [rows[0]['modelSha256'], 'gradcam' if kind != 'dicom-pmap' and kind != 'dicom-sc' else path.name.split('-', 2)[2].rsplit('-class', 1)[0].replace('-', '.'), 'layer', 'class']:
                must(re.search(needed, words), path, f'does not say {needed}')
            must(not any(element.tag.is_private for element in ds.iterall()), path, 'has a private element')
            known = [uid for uid in references(ds) if uid in by_uid]
            must(bool(references(ds)) and (len(known) == len(references(ds))) == (mode != 'deidentified'), path, 'refers to the wrong instances')
            if mode == 'plain':
                must(by_uid[known[0]].StudyInstanceUID == ds.StudyInstanceUID, path, 'is in another study')
                continue
            must(ds.PatientIdentityRemoved == 'YES', path, 'does not say that it is de-identified')
            raw = path.read_bytes()
            for source in sources.values():
                for keyword in ('PatientID', 'PatientName', 'StudyInstanceUID', 'AccessionNumber', 'PatientBirthDate', 'SeriesInstanceUID') + (('SOPInstanceUID',) if mode == 'deidentified' else ()):
                    value = str(source.get(keyword) or '')
                    must(len(value) < 4 or value.encode() not in raw, path, f'has the {keyword} of a source')

for kind in KINDS:
    print(f'{kind}: {count[kind]} objects')
    for line, times in sorted(warnings[kind].items()):
        print(f'  {times:4d} × {line}')
print(f'{len(faults)} faults')
for fault in faults:
    print(fault)
sys.exit(1 if faults or not all(count[kind] for kind in KINDS) else 0)
