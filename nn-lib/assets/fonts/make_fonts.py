"""Makes the two small fonts that the charts are lettered with.

Input: the Latin and Greek files of the npm package @fontsource/arimo, unpacked
(npm pack @fontsource/arimo@5.3.0 && tar xf fontsource-arimo-5.3.0.tgz).
Needs: pip install fonttools brotli.
Usage: python make_fonts.py package/files

Arimo has the widths of Arial, Helvetica and Liberation Sans, one of which every
computer has: a label takes the same room in a PNG and in an SVG on any machine.
"""

import sys
import tempfile
from pathlib import Path

from fontTools.merge import Merger
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

source, here = Path(sys.argv[1]), Path(__file__).parent
for weight, name in [(400, "Regular"), (700, "Bold")]:
    parts = []
    for alphabet in ["latin", "greek"]:
        font = TTFont(source / f"arimo-{alphabet}-{weight}-normal.woff2")
        font.flavor = None
        for table in ["GSUB", "GPOS", "GDEF", "STAT", "prep", "gasp"]:
            if table in font:
                del font[table]
        path = Path(tempfile.mkdtemp()) / f"{alphabet}.ttf"
        font.save(path)
        parts.append(str(path))
    font = Merger().merge(parts)
    keep = set(range(0x20, 0x7F)) | set(range(0xA0, 0x100)) | set(range(0x384, 0x3D0))
    keep |= {ord(c) for c in "ıŒœ–—‘’‚“”„•…′″‹›⁄€™↑↓−∕\ufffd"}
    options = Options(hinting=False, notdef_outline=True, glyph_names=False, name_IDs=[0, 1, 2, 13, 14])
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=keep)
    subsetter.subset(font)
    font.save(here / f"Arimo-{name}.ttf")
