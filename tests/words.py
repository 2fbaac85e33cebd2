"""Input texts for tests: some break quoting, layout or templates, others are from word lists."""

# Hostile text: quotes, escapes, all kinds of line ends, templates, code, comments, and letters
# that look like others, combine, run right to left, or are wide.
FRAGMENTS = [
    '"', "'", '"""', "'''", "\\", "\\\\", "\n", "\r\n", "\t", "\0", "\x1b[31m", "\x7f", "\x85",
    "\xa0", "\u200b", "\u2028", "\u2029", "\u202e", "\u2066", "\ufeff", "{{ 7 * 7 }}", "{% raw %}",
    "{% endraw %}", "{# no #}", "{}", "%s", "${HOME}", "#", "# fmt: off", "# type: ignore",
    "\\x41", "\\N{BULLET}", "\\u0041", '");import os;("', "__import__('os')", "日本語", "한국어",
    "\uff46\uff55", "e\u0301", "a\u0300\u0301\u0302", "\U0001f469\u200d\U0001f467",
    "\U0001f1e9\U0001f1ea", "ﷺ", "שלום", "a" * 90, " ", "  ", ".", "[", ")", ":", "\x85",
]  # fmt: skip
LANGUAGES = [
    "en", "de", "fr", "es", "it", "pt", "nl", "sv", "da", "fi", "pl", "cs", "hu", "ro", "bg", "el",
    "tr", "ru", "uk", "ar", "he", "fa", "hi", "bn", "ta", "te", "zh", "ja", "ko", "vi", "th", "id",
    "ms", "sw", "yo", "am", "ka", "hy", "az", "kk", "yue", "zh-Hant", "sr-Latn",
]  # fmt: skip
LICENSES = [
    "MIT",
    "Apache-2.0",
    "CC-BY-NC-4.0",
    "MIT OR Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "LicenseRef-Own",
    "Llama-3.1",
    "Gemma",
    "https://example.org/a?b=c#d",
    "https://example.org/'\"",
]
PACKAGES = [
    "einops",
    "einops>=0.8",
    "flash-attn[extra] ; python_version < '3.13'",
    "a @ https://e.org/a",
]
# Words that could clash in Python, the enum or the module itself.
AWKWARD_IDS = [
    "a", "a1", "a-1", "a-01", "none", "true", "class", "import", "match", "type", "self", "final",
    "id", "str", "b.2-c",
]  # fmt: skip
AWKWARD_TYPES = ["a", "b-1", "speech", "ocr", "true1", "text-to-image", "self", "str"]
AWKWARD_FIELDS = [
    "a", "a1", "args", "cls", "copy", "dataclass", "default", "fields", "format", "init", "list",
    "none", "print", "property", "repr", "slots", "super", "value", "values", "x_1",
]  # fmt: skip
