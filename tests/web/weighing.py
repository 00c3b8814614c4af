# SPDX-License-Identifier: Apache-2.0
"""How heavy a page is, and which pages there are."""
import re
import xml.etree.ElementTree

MOST = 60000
PICTURES = re.compile(r"<svg\b.*?</svg>", re.S)
FILES = re.compile(r"<(script|style)\b[^>]*>.*?</\1>", re.S)  # files that one page holds in itself


def bare(page):
    """The bytes of a page without its drawings; without the scripts and the style sheet, where it must be whole by itself."""
    text = PICTURES.sub("", page.text)
    return len((FILES.sub("", text) if page.path.split("?")[0].endswith("/verify") else text).encode())


def addresses(site):
    """{language: [path]}: the pages of today, as the sitemaps name them."""
    paths, todo = {}, ["/sitemap.xml"]
    for path in todo:
        for element in xml.etree.ElementTree.fromstring(site.get(path).body).findall(".//{*}loc"):
            path = re.sub(r"^https?://[^/]+", "", element.text)
            if path.startswith("/sitemap"):
                todo.append(path)
            else:
                paths.setdefault(path.split("/")[1], []).append(path)
    return paths
