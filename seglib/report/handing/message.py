"""A mail as a file: text, HTML and its pictures, the same bytes for the same content."""

from __future__ import annotations

import datetime as dt
import hashlib
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

__all__ = ["Attached", "header_text", "written_mail"]

POLICY = SMTP.clone(cte_type="7bit")  # what every server takes
NOBODY = "seglib.invalid"  # a domain that belongs to nobody, RFC 2606
LONGEST = 150  # letters of a subject


@dataclass(frozen=True)
class Attached:
    """A picture (PNG) of a mail and the name of its file; the HTML shows it by ``cid:`` and :attr:`key`."""

    name: str
    content: bytes

    @property
    def key(self) -> str:
        """Content-ID without brackets."""
        return f"{hashlib.sha256(self.content).hexdigest()[:16]}@{NOBODY}"


def header_text(text: str) -> str:
    """Text that stays within its header: one line, without control letters and without marks that turn its direction.

    Examples
    --------
    >>> header_text("Tea\\r\\nBcc: all@example.com"), header_text("a\\u202eb")
    ('Tea Bcc: all@example.com', 'ab')
    """
    kept = (" " if unicodedata.category(sign) in ("Cc", "Zl", "Zp") else sign for sign in text)
    told = "".join(sign for sign in kept if unicodedata.category(sign) not in ("Cf", "Cs"))
    return " ".join(told.split())[:LONGEST]


def written_mail(subject: str, day: dt.date, text: str, html: str, pictures: Sequence[Attached]) -> bytes:
    """The mail as a draft: who sends it to whom is left to the sender.

    Parameters
    ----------
    subject : str
        In one line; anything else is taken out of it.
    day : date
        Of the mail, at midnight UTC.
    text, html : str
        The same content twice.
    pictures : sequence of Attached
        Those that the HTML shows.

    Returns
    -------
    bytes: a message by RFC 5322, multipart/alternative of text and multipart/related.
    """
    mail = EmailMessage(policy=POLICY)
    content = [header_text(subject), day.isoformat(), text, html, *(one.key for one in pictures)]
    print_ = hashlib.sha256("\0".join(content).encode("utf-8", "replace")).hexdigest()[:32]
    mail["Subject"] = content[0]
    mail["Date"] = format_datetime(dt.datetime.combine(day, dt.time(), dt.UTC))
    mail["Message-ID"] = f"<{print_}@{NOBODY}>"
    mail["X-Unsent"] = "1"  # opened as a draft
    mail.set_content(text)
    mail.add_alternative(html, subtype="html")
    page = mail.get_payload()[1]  # type: ignore[index]
    for one in pictures:
        named = {"cid": f"<{one.key}>", "filename": one.name, "disposition": "inline"}
        page.add_related(one.content, "image", "png", **named)  # type: ignore[union-attr]
    for number, part in enumerate(part for part in mail.walk() if part.is_multipart()):
        part.set_boundary(f"={print_}-{number}")
    return mail.as_bytes()
