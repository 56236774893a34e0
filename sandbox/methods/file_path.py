"""Methods about files."""

from __future__ import annotations

from sandbox.call_params import CallParams
from sandbox.chats import Json
from sandbox.file_store import MAX_DOWNLOAD
from sandbox.methods.registry import register_method
from sandbox.refusals import bad_request
from sandbox.world import World


@register_method
def get_file(world: World, params: CallParams) -> Json:
    """Where a file can be downloaded: /file/bot<token>/<file_path>."""
    if not params.text("file_id"):
        raise bad_request("file_id not specified")
    file = world.files.get(params.text("file_id"))
    if len(file.content) > MAX_DOWNLOAD:
        raise bad_request("file is too big")
    return {
        "file_id": file.id,
        "file_unique_id": file.unique_id,
        "file_size": len(file.content),
        "file_path": file.path,
    }
