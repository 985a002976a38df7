#!/usr/bin/python3
"""Writes src-main/dicom/dictionary-entries.ts from pydicom's copy of PS3.6 (run with Debian's /usr/bin/python3)."""
import re
import sys
from pathlib import Path

import pydicom
from pydicom._dicom_dict import DicomDictionary, RepeatersDictionary

HEAD = f"""/**
 * The data elements of PS3.6 with VR and name, one a line: tag, VR, name, separated by a blank; a '|' splits alternatives of VR.
 * Longer than other files because it is data, written by tests/reference/dicom/make-dictionary.py (pydicom {pydicom.__version__}).
 * 'xx' in a tag stands for any even pair (repeating groups).
 */
export const DICTIONARY_ENTRIES = `
"""


def line(tag: str, vr: str, name: str) -> str:
    vr = vr.replace(' or ', '|').replace('NONE', 'UN')
    return f"{tag} {vr} {name}".replace('`', "'")


rows = []
for tag, (vr, _vm, name, _retired, _keyword) in sorted(DicomDictionary.items()):
    if name.strip() and vr:
        rows.append(line(f"{tag:08x}", vr, name.strip()))
for tag, (vr, _vm, name, _retired, _keyword) in sorted(RepeatersDictionary.items()):
    if re.fullmatch(r'(50|60)xx[0-9a-fA-F]{4}', tag):
        rows.append(line(tag.lower(), vr, name.strip()))

target = Path(__file__).resolve().parents[3] / 'src-main' / 'dicom' / 'dictionary-entries.ts'
target.write_text(HEAD + '\n'.join(rows) + '\n`\n', encoding='utf-8')
print(f'{len(rows)} entries, {target.stat().st_size} bytes', file=sys.stderr)
