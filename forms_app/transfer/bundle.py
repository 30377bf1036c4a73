"""The bundle: what is carried from a site to the office, in one flat file without archive or compression.

line 1   DSSE envelope: the site's signature over the manifest (manifest.py)
then     the form files of the whole library, then the log from head to head (frames.py)
"""

from __future__ import annotations

from forms_app.transfer.manifest import BundleInfo, SpecLine
from forms_app.transfer.reading import Bundle, Quarantined, read_bundle
from forms_app.transfer.writing import Progress, write_bundle

__all__ = ["Bundle", "BundleInfo", "Progress", "Quarantined", "SpecLine", "read_bundle", "write_bundle"]
