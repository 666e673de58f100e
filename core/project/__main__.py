"""`python -m core.project` writes resources/project.schema.json anew, after a setting or a block has changed."""

from __future__ import annotations

from core.errors import ProjectFileError
from core.project.disk import write_whole
from core.project.schema import SCHEMA_FILE, schema_text

write_whole(SCHEMA_FILE, lambda file: file.write(schema_text().encode()), ProjectFileError)
