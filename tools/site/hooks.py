"""What MkDocs does with docs/ beside what it does anyway.

A link to a file outside of docs/, or to one of docs/ that isn't on the site, becomes
one to the repository's page. It has to exist in this checkout. A link that shows the
name of a page's file shows the page's title.
"""

import logging
import re
from pathlib import Path, PurePosixPath
from posixpath import normpath

ROOT = Path(__file__).parents[2]
TITLE = re.compile(r"^# (.+)$", re.MULTILINE)
FILE_NAME = re.compile(r"\[(?:[\w./-]+/)?[\w-]+\.md\](?=\(([^\s)#]+)[^)]*\))")
CODE = re.compile(r"^(```+|~~~+).*?^\1[ \t]*$|(?<!`)(`+)(?!`).+?(?<!`)\2(?!`)", re.DOTALL | re.MULTILINE)
LINK = re.compile(r"(\]\(|^\[[^\]\n]+\]:[ \t]+)([^\s)<>]+)", re.MULTILINE)

log = logging.getLogger("mkdocs.hooks.links")  # warnings of which end a strict build


def on_page_markdown(markdown, page, config, files):
    def replaced(match):
        target = repository(match[2], page.file.src_uri, config.repo_url, files)
        return match[1] + target

    def titled(match):
        name = normpath(PurePosixPath(page.file.src_uri).parent / match[1])
        to = files.get_file_from_path(name)
        title = to and TITLE.search(to.content_string)
        return f"[{title[1]}]" if title else match[0]

    def prose(text):
        return LINK.sub(replaced, FILE_NAME.sub(titled, text))

    parts, end = [], 0
    for code in CODE.finditer(markdown):
        parts += [prose(markdown[end : code.start()]), code[0]]
        end = code.end()
    return "".join([*parts, prose(markdown[end:])])


def on_post_page(html, page, config):
    return mended(html)


def on_post_template(html, template_name, config):
    return mended(html) if template_name == "404.html" else html


def mended(html):
    """Has what the theme and Markdown leave out for those who hear pages."""
    html = html.replace('"search" role="dialog"', '"search" role="dialog" aria-label="Search"')
    return re.sub(r"<th( [^>]*)?></th>", r"<td\1></td>", html)  # the corner of a table


def repository(target, page, repo_url, files):
    """Returns the address in the repository of what a link leads to, or the link itself."""
    if re.match(r"[a-z]+:|/|#", target):
        return target
    path, hash_, anchor = target.partition("#")
    name = normpath(PurePosixPath("docs", page).parent / path)
    on_site = name.startswith("docs/") and files.get_file_from_path(name.removeprefix("docs/"))
    if name.startswith("../") or (on_site and on_site.inclusion.is_included()):
        return target
    place = ROOT / name
    if not place.exists() and name.startswith("docs/"):
        return target  # of which MkDocs says so
    if not place.exists():
        log.warning(f"{page} links to {target}, and there is no {name}")
        return target
    return f"{repo_url}/{'tree' if place.is_dir() else 'blob'}/main/{name}{hash_}{anchor}"
