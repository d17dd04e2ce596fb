"""Files on their way in stay in memory, or (one large archive) sealed on disk: nothing a person sends is ever written in clear on a disk.

`Memory` is the one upload handler (setting FILE_UPLOAD_HANDLERS). A file above the limit is dropped as it arrives
and comes out as `TooBig`, so that its form can say which one it was.
"""

from __future__ import annotations

from io import BytesIO
from typing import Any

from django import forms
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import InMemoryUploadedFile, UploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest

from hygie.base.spool import SealedSpool

LIMIT = 25 * 1000 * 1000
TOGETHER = 120 * 1000 * 1000
LARGEST = 2 * 1000 * 1000 * 1000


class TooBig(InMemoryUploadedFile):
    """The name of a file that was too heavy, without its content."""


class Memory(FileUploadHandler):
    """Keeps each file in memory up to LIMIT bytes, all of them up to TOGETHER; refuses the request beyond (413)."""

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self.together = 0

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.kept = BytesIO()
        self.size = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.size += len(raw_data)
        self.together += len(raw_data)
        if self.together > TOGETHER:
            raise RequestDataTooBig("too many bytes in one form")
        if self.size <= LIMIT:
            self.kept.write(raw_data)
        elif self.kept.tell():
            self.kept = BytesIO()

    def file_complete(self, file_size: int) -> UploadedFile:
        kind = InMemoryUploadedFile if self.size <= LIMIT else TooBig
        self.kept.seek(0)
        return kind(
            file=self.kept,
            field_name=self.field_name,
            name=self.file_name,
            content_type=self.content_type,
            size=self.size,
            charset=self.charset,
            content_type_extra=self.content_type_extra,
        )


class Many(FileUploadHandler):
    """Keeps files in memory up to TOGETHER bytes, then sealed on disk (base.spool), up to LARGEST bytes in all (413).

    A ZIP may weigh as much as all that; any other file is dropped above LIMIT. For a view that sets
    `request.upload_handlers` before anything reads the form.
    """

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self.together = 0

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.kept: BytesIO | SealedSpool = BytesIO()
        self.size = 0
        self.folder = False

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.folder = raw_data[:4] == b"PK\3\4" if self.size == 0 else self.folder
        self.size += len(raw_data)
        self.together += len(raw_data)
        if self.together > LARGEST:
            raise RequestDataTooBig("too many bytes in one form")
        if self.size > LIMIT and not self.folder:
            self.kept = BytesIO()
            return
        if isinstance(self.kept, BytesIO) and (self.size > LIMIT or self.together > TOGETHER):
            spool = SealedSpool()
            spool.put(self.kept.getvalue())
            self.kept = spool
        if isinstance(self.kept, BytesIO):
            self.kept.write(raw_data)
        else:
            self.kept.put(raw_data)

    def file_complete(self, file_size: int) -> UploadedFile:
        if isinstance(self.kept, SealedSpool):
            self.kept.done()
        self.kept.seek(0)
        kind = TooBig if self.size > LIMIT and not self.folder else InMemoryUploadedFile
        return kind(
            file=self.kept,  # type: ignore[arg-type]  # a file like another, that reads and seeks
            field_name=self.field_name, name=self.file_name, content_type=self.content_type, size=self.size,
            charset=self.charset, content_type_extra=self.content_type_extra,
        )  # fmt: skip


class Sealed(FileUploadHandler):
    """One large file, sealed on disk as it comes (base.spool); refuses the request beyond LARGEST bytes (413).

    For a view that sets `request.upload_handlers` before anything reads the form.
    """

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.kept = SealedSpool()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if self.kept.size + len(raw_data) > LARGEST:
            raise RequestDataTooBig("too many bytes in one form")
        self.kept.put(raw_data)

    def file_complete(self, file_size: int) -> UploadedFile:
        self.kept.done()
        return InMemoryUploadedFile(
            file=self.kept,  # type: ignore[arg-type]  # a file like another, that reads and seeks
            field_name=self.field_name, name=self.file_name, content_type=self.content_type,
            size=self.kept.size, charset=self.charset, content_type_extra=self.content_type_extra,
        )  # fmt: skip


class _ManyInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class ManyFiles(forms.FileField):
    """Several files in one field; gives a list. What they are is checked by content, elsewhere."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("widget", _ManyInput())
        super().__init__(*args, **kwargs)

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        given = data if isinstance(data, list | tuple) else [data] if data else []
        if not given and self.required:
            raise forms.ValidationError(self.error_messages["required"], code="required")
        return list(given)
