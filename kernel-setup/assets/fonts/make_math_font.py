"""Makes the font that formulas are drawn with, since a system may have none for mathematics.

Input: STIX Two Math in the Python package ziamath, unpacked
(pip download --no-deps ziamath==0.13 && python -m zipfile -e ziamath-0.13-py3-none-any.whl package).
Needs: pip install fonttools brotli.
Usage: python make_math_font.py package/ziamath/fonts/STIXTwoMath-Regular.ttf

Kept are Latin and Greek letters upright, italic and bold, calligraphic and double-struck capitals, operators, relations,
arrows and brackets. Of brackets, roots and sums the larger forms are kept that the font's MATH table names.
"""

import sys
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

RANGES = [
    (0x20, 0x7E),  # ASCII
    (0xA0, 0xFF),  # Latin-1
    (0x131, 0x131),  # i and j without dots, for accents
    (0x237, 0x237),
    (0x300, 0x30C),  # accents
    (0x332, 0x338),
    (0x391, 0x3F5),  # Greek
    (0x2000, 0x206F),  # spaces, dots, primes, signs that nobody sees
    (0x20D6, 0x20D7),  # arrows above letters
    (0x2102, 0x2138),  # letters that stand outside of the mathematical alphabets
    (0x2190, 0x21D5),  # arrows
    (0x2200, 0x22FF),  # operators and relations
    (0x2308, 0x230B),  # brackets
    (0x23B0, 0x23E1),
    (0x25A0, 0x25CF),  # squares, triangles, circles
    (0x27E6, 0x27EB),  # brackets
    (0x27F5, 0x27FC),  # long arrows
    (0x2A00, 0x2A06),  # large operators
    (0x2A7D, 0x2A7E),
    (0x2AAF, 0x2AB0),
    (0x1D400, 0x1D4B5),  # bold, italic, calligraphic
    (0x1D538, 0x1D550),  # double-struck
    (0x1D6A4, 0x1D71B),  # Greek bold, italic
    (0x1D7CE, 0x1D7D7),  # bold digits
    (0x1D7D9, 0x1D7D9),  # a double-struck 1
]
options = Options(hinting=False, notdef_outline=True, glyph_names=False, layout_features=["ssty", "dtls", "flac"], name_IDs=[0, 1, 2, 4, 5, 6, 13, 14])
options.drop_tables += ["DSIG", "GDEF", "GPOS", "gasp"]
font = TTFont(sys.argv[1], recalcTimestamp=False)

# The font has letters of their own for indices, which would be half of the file. Only primes need theirs.
primes = {font.getBestCmap()[code] for code in range(0x2032, 0x2038)}
layout = font["GSUB"].table
for feature in layout.FeatureList.FeatureRecord:
    for place in feature.Feature.LookupListIndex if feature.FeatureTag == "ssty" else ():
        for table in layout.LookupList.Lookup[place].SubTable:
            table = getattr(table, "ExtSubTable", table)
            letters = table.alternates if hasattr(table, "alternates") else table.mapping
            for name in letters.keys() - primes:
                del letters[name]

# A browser leaves every root the room that the widest form of the sign needs, so behind a small root there would be a gap.
# The larger forms are made nearly as narrow as the small one.
WIDEST = 880
variants = font["MATH"].table.MathVariants
root = variants.VertGlyphConstruction[variants.VertGlyphCoverage.glyphs.index(font.getBestCmap()[ord("√")])]
forms = {form.VariantGlyph for form in root.MathGlyphVariantRecord} | {part.glyph for part in root.GlyphAssembly.PartRecords}
for name in forms:
    width, left = font["hmtx"][name]
    share = min(1, WIDEST / width)
    glyph = font["glyf"][name]
    glyph.coordinates.scale((share, 1))
    glyph.coordinates.toInt()
    glyph.recalcBounds(font["glyf"])
    font["hmtx"][name] = (round(width * share), glyph.xMin)

subsetter = Subsetter(options)
subsetter.populate(unicodes=[code for first, last in RANGES for code in range(first, last + 1)])
subsetter.subset(font)
font.flavor = "woff2"
font.save(Path(__file__).parent / "STIXTwoMath-Regular.woff2")
