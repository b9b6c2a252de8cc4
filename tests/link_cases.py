"""What leads somewhere in a text, and where: read by the console's templates and the customers' page alike."""

from __future__ import annotations

# Text, and what is a link in it: as it is shown, and its address.
LINK_CASES: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = (
    ("没有链接，只有字", ()),
    ("", ()),
    ("请打开https://example.com/a查看", (("https://example.com/a", "https://example.com/a"),)),
    ("见 http://example.com。", (("http://example.com", "http://example.com"),)),
    (
        "见（https://example.com/a?b=1&c=2），谢谢",
        (("https://example.com/a?b=1&c=2", "https://example.com/a?b=1&c=2"),),
    ),
    ("【https://example.com/a】", (("https://example.com/a", "https://example.com/a"),)),
    ("HTTPS://EXAMPLE.COM/A.", (("HTTPS://EXAMPLE.COM/A", "HTTPS://EXAMPLE.COM/A"),)),
    ("(https://example.com/a_(b))", (("https://example.com/a_(b)", "https://example.com/a_(b)"),)),
    ("https://example.com:8443/#甲", (("https://example.com:8443/#", "https://example.com:8443/#"),)),
    ("http://a.cn/1、http://b.cn/2", (("http://a.cn/1", "http://a.cn/1"), ("http://b.cn/2", "http://b.cn/2"))),
    # Nothing else is an address.
    ("javascript:alert(1)", ()),
    ("JaVaScRiPt://example.com/%0Aalert(1)", ()),
    ("data:text/html,<script>alert(1)</script>", ()),
    ("vbscript:x file:///etc/passwd ftp://example.com", ()),
    ("https://", ()),
    ("https://。", ()),
    ("https://bank.com@evil.example/", ()),
    ("https://user:pass@evil.example/", ()),
    ("xhttps://example.com", ()),
    (
        'https://example.com/"onmouseover=alert(1)',
        (("https://example.com/", "https://example.com/"),),
    ),
    ("<a href=https://example.com>x</a>", (("https://example.com", "https://example.com"),)),
    # What is starred leads nowhere.
    ("https://example.com/?id=330106**********12", ()),
    ("密码 ****** 138****8000 a***@example.com", ()),
    ("https://example.com/?p=******", ()),
    # Telephone numbers.
    ("手机13800138000。", (("13800138000", "tel:13800138000"),)),
    ("138 0013 8000 或 138-0013-8000", (("138 0013 8000", "tel:13800138000"), ("138-0013-8000", "tel:13800138000"))),
    ("+86 13800138000", (("+86 13800138000", "tel:+8613800138000"),)),
    ("8613800138000", (("8613800138000", "tel:+8613800138000"),)),
    ("13800138000 13900139000", (("13800138000", "tel:13800138000"), ("13900139000", "tel:13900139000"))),
    ("总机0571-88888888转801", (("0571-88888888转801", "tel:057188888888,801"),)),
    ("010-62345678-12", (("010-62345678-12", "tel:01062345678,12"),)),
    ("(021)6234 5678", (("(021)6234 5678", "tel:02162345678"),)),
    ("（0755）8234567", (("（0755）8234567", "tel:07558234567"),)),
    (
        "400-123-4567、4001234567、800 1234 567",
        (
            ("400-123-4567", "tel:4001234567"),
            ("4001234567", "tel:4001234567"),
            ("800 1234 567", "tel:8001234567"),
        ),
    ),
    # … and what only looks like one.
    ("单号 SN13800138000", ()),
    ("330106198001138000", ()),
    ("6222 0571 2345 6789", ()),
    ("138001380001", ()),
    ("1.13800138000 v0571-88888888.5", ()),
    ("12345678", ()),
    ("2026-11-23 10:00", ()),
    # E-mail addresses.
    ("写信到service@example.com，谢谢", (("service@example.com", "mailto:service@example.com"),)),
    ("mailto:a.b+c@mail.example.com.cn.", (("a.b+c@mail.example.com.cn", "mailto:a.b+c@mail.example.com.cn"),)),
    ("a@b@example.com", ()),
    ("@example.com 某人@某处", ()),
)
