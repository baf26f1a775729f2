// Opens every page of the documentation's site in Debian's Chromium, in two widths and
// both themes: nothing is wider than the window, axe-core and the browser's console have
// nothing against it, it asks nobody else for anything, and every link leads somewhere.
//
//     site.js SITE SCREENSHOTS
//
// NODE_PATH says where playwright-core and axe-core are. Pages that are wrong on purpose
// come first: what isn't found wrong in them can't be found in the site either. A picture
// of each page is written to the folder SCREENSHOTS. Exits with 1 if anything is wrong,
// after saying all of it.
'use strict'

const fs = require('node:fs')
const http = require('node:http')
const os = require('node:os')
const path = require('node:path')
const { chromium } = require('playwright-core')
const axe = require('axe-core')

const ROOT = path.join(__dirname, '..', '..')
const LOCAL = 'http://127.0.0.1:8000/' // chalice local, which readers have
const REPOSITORY = 'https://github.com/chalice-go/chalice/'
const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium'
const FLAGS = [
  '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
  '--disable-background-networking', '--disable-component-update', '--disable-sync',
]
// Each page is judged twice: a theme's colors don't depend on the width.
const LOOKS = [{ width: 1280, theme: 'light' }, { width: 400, theme: 'dark' }]
const PATIENCE = 120_000 // with a page, in milliseconds
const AT_ONCE = 2 // tabs for each look
const TYPES = {
  '.css': 'text/css', '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.json': 'application/json',
  '.png': 'image/png', '.svg': 'image/svg+xml',
}

// serve answers on loopback with the files of a folder. What is in changed has another
// text than its file.
function serve (folder, changed = {}) {
  const server = http.createServer((request, response) => {
    const name = decodeURIComponent(new URL(request.url, 'http://localhost').pathname).slice(1) || 'index.html'
    const file = path.join(folder, name)
    if (!(name in changed) && !(file.startsWith(folder) && fs.existsSync(file) && fs.statSync(file).isFile())) {
      response.writeHead(404).end()
      return
    }
    response.writeHead(200, { 'Content-Type': TYPES[path.extname(name)] ?? 'application/octet-stream' })
    response.end(changed[name] ?? fs.readFileSync(file))
  })
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => {
    resolve({ url: `http://127.0.0.1:${server.address().port}/`, close: () => server.close() })
  }))
}

// open opens a tab, and tells a listener whatever is wrong with the pages that it shows.
async function open (browser, url, look, wrong) {
  const context = await browser.newContext({ viewport: { width: look.width, height: 800 }, colorScheme: look.theme, permissions: ['clipboard-read', 'clipboard-write'] })
  const within = (address) => /^(data|blob):/.test(address) || String(address).startsWith(url)
  await context.route((address) => !within(address), (route) => route.abort())
  context.on('request', (request) => { if (!within(request.url())) wrong(`it asks ${request.url()}`) })
  context.on('response', (response) => { if (response.status() >= 400) wrong(`${response.status()} for ${response.url().replace(url, '')}`) })
  const page = await context.newPage()
  page.setDefaultTimeout(PATIENCE)
  page.on('console', (message) => { if (['error', 'warning'].includes(message.type())) wrong(`the console says ${message.text()}`) })
  page.on('pageerror', (error) => wrong(String(error)))
  return page
}

// wide says what of a page can't be seen in its window without scrolling the page. What
// scrolls in a box of its own can.
function wide () {
  const width = document.documentElement.clientWidth
  const found = []
  if (document.documentElement.scrollWidth > width) found.push(`the page is ${document.documentElement.scrollWidth - width} pixels wider than the window`)
  for (const element of document.querySelectorAll('main :not(.md-sidebar *)')) {
    const box = element.getBoundingClientRect()
    if (box.right <= width + 1 || box.height < 2 || box.width < 2) continue
    let scrolls = false
    for (let up = element.parentElement; up && !scrolls; up = up.parentElement) scrolls = ['auto', 'scroll'].includes(getComputedStyle(up).overflowX)
    if (!scrolls) found.push(`out of the window: ${element.outerHTML.slice(0, 120)}`)
  }
  return found.slice(0, 3)
}

// references says where a page leads, and which places in it have a name.
function references () {
  const links = []
  for (const element of document.querySelectorAll('[href], [src]')) links.push(element.href?.baseVal ?? element.href ?? element.src)
  return { links: [...new Set(links)].filter(Boolean), names: [...document.querySelectorAll('[id], a[name]')].map((e) => e.id || e.name) }
}

// judge looks at one page, in a tab whose listener adds to complaints.
async function judge (page, complaints, site, name, look, screenshots) {
  await page.goto(site.url + name)
  // The theme gives boxes that scroll a place in the order of Tab when it has seen them.
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 50))))
  for (const what of await page.evaluate(wide)) complaints.add(what)
  if (screenshots) await page.screenshot({ path: path.join(screenshots, `site-${name.replace(/\.html$/, '').replaceAll('/', '-')}-${look.width}-${look.theme}.png`) })
  const found = await page.evaluate(references)
  await page.evaluate(axe.source)
  const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }))
  for (const v of violations) complaints.add(`axe-core: ${v.id}: ${v.help}: ${v.nodes.slice(0, 3).map((n) => `${n.target} ${n.html.slice(0, 160)}`).join(' | ')}`)
  await page.goto('about:blank') // so that nothing of it is told of the next
  return { name, look, complaints, ...found }
}

// judgeAll looks at all pages of a folder, in a few tabs.
async function judgeAll (browser, site, folder, screenshots) {
  const names = fs.readdirSync(folder, { recursive: true }).filter((name) => name.endsWith('.html')).sort()
  const results = []
  await Promise.all(LOOKS.flatMap((look) => {
    const work = [...names]
    return Array.from({ length: AT_ONCE }, async () => {
      let complaints
      const page = await open(browser, site.url, look, (what) => complaints.add(what))
      for (let name = work.shift(); name; name = work.shift()) {
        complaints = new Set()
        results.push(await judge(page, complaints, site, name, look, screenshots))
      }
      await page.context().close()
    })
  }))
  astray(results, site, folder)
  return results
}

// astray says which links of pages lead nowhere.
function astray (results, site, folder) {
  const names = new Map(results.map((result) => [result.name, new Set(result.names)]))
  for (const { links, complaints } of results) {
    for (const link of links) {
      const address = new URL(link)
      const anchor = decodeURIComponent(address.hash.slice(1))
      if (link.startsWith(site.url)) {
        const to = decodeURIComponent(address.pathname).slice(1) || 'index.html'
        if (!fs.existsSync(path.join(folder, to))) complaints.add(`a link leads to ${to}, which isn't there`)
        else if (anchor && !names.get(to)?.has(anchor)) complaints.add(`a link leads to #${anchor} of ${to}, which isn't there`)
      } else if (link.startsWith(REPOSITORY)) {
        const file = address.pathname.match(/^\/[^/]+\/[^/]+\/(?:blob|tree|raw)\/main\/(.+)$/)
        if (file && !fs.existsSync(path.join(ROOT, file[1]))) complaints.add(`a link leads to ${file[1]}, which the repository doesn't have`)
      } else if (link.startsWith(LOCAL)) {
        continue
      } else if (!/^(https?|mailto|data):$/.test(address.protocol) || address.hostname === 'localhost' || address.hostname === '127.0.0.1') {
        complaints.add(`a link leads to ${link}`)
      }
    }
  }
}

// searching finds the page of something.
async function searching (browser, site, query, want) {
  const complaints = []
  const page = await open(browser, site.url, LOOKS[0], (what) => complaints.push(what))
  try {
    await page.goto(site.url + 'index.html')
    await page.locator('input[name=query]').click()
    await page.locator('input[name=query]').pressSequentially(query)
    await page.locator('.md-search-result__meta').filter({ hasText: /matching/ }).waitFor()
    const results = page.locator('.md-search-result__link')
    const found = await results.evaluateAll((links) => links.map((link) => new URL(link.href).pathname.slice(1)))
    if (!found.includes(want)) complaints.push(`the search for ${query} finds ${found.join(', ') || 'nothing'}, and not ${want}`)
    else {
      await page.locator(`.md-search-result__link[href*="${want}"]`).first().click()
      await page.waitForURL((url) => url.pathname === '/' + want)
    }
  } finally {
    await page.context().close()
  }
  return complaints
}

// using does what a reader does beside reading.
async function using (browser, site) {
  const complaints = await searching(browser, site, 'dead-letter queue', 'events.html')
  const page = await open(browser, site.url, LOOKS[0], (what) => complaints.push(what))
  const theme = async (what, want) => {
    try {
      await page.locator(`body[data-md-color-scheme="${want}"]`).waitFor({ timeout: 10_000 })
    } catch {
      complaints.push(`${what} the theme isn't ${want}`)
    }
  }
  try {
    await page.goto(site.url + 'testing.html')
    await theme('at first', 'default')
    await page.emulateMedia({ colorScheme: 'dark' })
    await theme('where the system is dark', 'slate')
    const toggle = (name) => page.locator(`label[title="${name}"]`).click()
    await toggle('Use the light theme')
    await theme('when light is chosen', 'default')
    await page.reload()
    await theme('which stays', 'default')
    await toggle('Use the dark theme')
    await toggle("Use the system's theme")
    await theme("and the system's again", 'slate')

    // What a terminal's block gives to the clipboard can be given to a shell. Blank lines
    // are left of what was printed.
    await page.goto(site.url + 'tutorial/first-app.html')
    const block = page.locator('.highlight:has(.go)').first()
    const commands = await block.locator('code').evaluate((code) => code.textContent.split('\n').filter((line) => line.startsWith('$ ')).map((line) => line.slice(2)))
    await block.locator('button[data-md-type=copy]').click()
    const copied = await page.evaluate(() => navigator.clipboard.readText())
    if (!commands.length || copied.split('\n').filter(Boolean).join('\n') !== commands.join('\n')) complaints.push(`of ${commands.join('\n')} this is copied: ${copied}`)
  } finally {
    await page.context().close()
  }
  return complaints
}

// WRONG are pages with one fault each, and what has to be said of it.
const WRONG = {
  'right.html': ['<p id="here">Right.</p><pre tabindex="0" style="overflow: auto"><code style="display: block; width: 2000px">wide</code></pre><a href="right.html#here">here</a>', null],
  'wide.html': ['<div style="width: 2000px">wide</div>', /wider than the window/],
  'cut.html': ['<div style="overflow: hidden"><p style="width: 2000px">cut off</p></div>', /out of the window: <p/],
  'error.html': ['<script>console.error("broken")</script>', /the console says broken/],
  'throws.html': ['<script>undefined.member</script>', /TypeError/],
  'elsewhere.html': ['<img alt="of others" src="http://192.0.2.1/image.png">', /it asks http:\/\/192\.0\.2\.1/],
  'missing.html': ['<script src="missing.js"></script>', /404 for missing\.js/],
  'picture.html': ['<img src="data:image/svg+xml,%3Csvg xmlns=%22http://www.w3.org/2000/svg%22/%3E">', /axe-core: image-alt/],
  'dark.html': ['<style>@media (prefers-color-scheme: dark) { p { color: #eee } }</style><p>Unseen in the dark.</p>', /axe-core: color-contrast/],
  'link.html': ['<a href="nowhere.html">nowhere</a>', /a link leads to nowhere\.html/],
  'anchor.html': ['<a href="right.html#there">there</a>', /a link leads to #there of right\.html/],
  'local.html': ['<a href="http://localhost:8000/">here alone</a>', /a link leads to http:\/\/localhost:8000/],
  'file.html': [`<a href="${REPOSITORY}blob/main/nothing.go">nothing</a>`, /nothing\.go, which the repository/],
}

// tested makes sure that faults are found, and only those.
async function tested (browser) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'site-'))
  const wrong = []
  for (const [name, [body]] of Object.entries(WRONG)) {
    fs.writeFileSync(path.join(folder, name), `<!doctype html><html lang="en"><title>${name}</title><link rel="icon" href="data:,"><main><h1>${name}</h1>${body}</main></html>`)
  }
  const site = await serve(folder)
  try {
    const results = await judgeAll(browser, site, folder)
    for (const [name, [, want]] of Object.entries(WRONG)) {
      const found = results.filter((result) => result.name === name).flatMap((result) => [...result.complaints])
      if (want ? !found.some((what) => want.test(what)) : found.length) wrong.push(`of ${name} is said: ${found.join('; ') || 'nothing'}, and not ${want ?? 'nothing'}`)
    }
  } finally {
    site.close()
    fs.rmSync(folder, { recursive: true })
  }
  return wrong
}

async function main (folder, screenshots) {
  folder = path.resolve(folder)
  fs.mkdirSync(screenshots, { recursive: true })
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS, headless: true })
  const wrong = []
  const index = JSON.parse(fs.readFileSync(path.join(folder, 'search', 'search_index.json'), 'utf8'))
  const [site, empty] = [await serve(folder), await serve(folder, { 'search/search_index.json': JSON.stringify({ ...index, docs: [] }) })]
  try {
    wrong.push(...await tested(browser))
    if (!(await searching(browser, empty, 'dead-letter queue', 'events.html')).length) wrong.push('an index without pages has been searched, and nothing was wrong')
    if (wrong.length) throw new Error(wrong.join('\n'))
    console.log(`  ${Object.keys(WRONG).length - 1} faults are found in pages that have them, and none in one that has none`)

    // The theme reads the index in each page, which takes a big one longer than the page.
    const results = await judgeAll(browser, empty, folder, screenshots)
    if (results.length < 2 * 20) wrong.push(`there are ${results.length / 2} pages in ${folder}`)
    for (const { name, look, complaints } of results) wrong.push(...[...complaints].map((what) => `${name}, ${look.width} pixels, ${look.theme}: ${what}`))
    wrong.push(...await using(browser, site))
    if (wrong.length) throw new Error(wrong.join('\n'))
    console.log(`  nothing is wrong with ${results.length / 2} pages, in ${LOOKS.map((l) => `${l.width} pixels and ${l.theme}`).join(', and in ')}`)
    console.log('  the search finds, and themes change')
  } finally {
    site.close()
    empty.close()
    await browser.close()
  }
}

if (process.argv.length !== 4) {
  console.error('usage: site.js SITE SCREENSHOTS')
  process.exit(2)
}
main(...process.argv.slice(2)).then(() => process.exit(0), (error) => {
  console.error(`Error: ${error.message}`)
  process.exit(1)
})
