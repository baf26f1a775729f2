// Uses the console of chalice local as a developer does, in Debian's Chromium, and then
// the documentation of the API of examples/shop; axe-core judges each of their views.
//
//     console.js CHALICE SCREENSHOTS [PICTURES]
//
// NODE_PATH says where playwright-core and axe-core are. The app is a copy of
// books, whose source is edited, broken and mended meanwhile. Pictures of each
// view, in two widths and both themes, are written to the folder SCREENSHOTS, and those
// that the docs show to PICTURES.
// Exits with 1 at the first thing that isn't as it should be.
'use strict'

const { spawn } = require('node:child_process')
const fs = require('node:fs')
const os = require('node:os')
const path = require('node:path')
const { chromium } = require('playwright-core')
const axe = require('axe-core')

const ROOT = path.join(__dirname, '..', '..')
const PATIENCE = 120_000 // for a build, in milliseconds
const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium'
const FLAGS = [
  '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
  '--disable-background-networking', '--disable-component-update', '--disable-sync',
]
const VIEWS = ['live', 'try', 'log', 'app', 'graph', 'config']
const WIDTHS = [1280, 400]
const THEMES = ['light', 'dark']
// What the docs show of views: the picture's name and its height.
const SHOWN = {
  'live-1280-light': ['console-requests', 700],
  'try-1280-dark': ['console-try', 760],
  'graph-1280-light': ['console-graph', 740],
  'failure-1280-light': ['console-failure', 420],
}

const PICTURES = process.argv[4]

class Failure extends Error {}

function expect (what, found, want) {
  const right = want instanceof RegExp ? want.test(found) : JSON.stringify(found) === JSON.stringify(want)
  if (!right) throw new Failure(`${what}: ${JSON.stringify(found)}, and should be ${want instanceof RegExp ? want : JSON.stringify(want)}`)
  console.log(`  ${what}`)
}

// project copies an app to a folder, as a module that uses this checkout.
function project (folder, app = path.join(__dirname, 'books')) {
  fs.cpSync(app, folder, { recursive: true, filter: (name) => !name.endsWith('_test.go') })
  const mod = fs.readFileSync(path.join(ROOT, 'go.mod'), 'utf8')
  const lambda = mod.match(/github\.com\/aws\/aws-lambda-go v\S+/)[0]
  fs.copyFileSync(path.join(ROOT, 'go.sum'), path.join(folder, 'go.sum'))
  fs.writeFileSync(path.join(folder, 'go.mod'), `module books.example/shop

go ${mod.match(/^go (\S+)/m)[1]}

require (
	${lambda} // indirect
	github.com/chalice-go/chalice v0.0.0
)

replace github.com/chalice-go/chalice => ${JSON.stringify(ROOT)}
`)
  return path.join(folder, 'main.go')
}

// start runs chalice local, and resolves to its process and its address.
function start (command, folder) {
  const local = spawn(command, ['local', '--port', '0', '--project-dir', folder], { stdio: ['ignore', 'pipe', 'pipe'] })
  return new Promise((resolve, reject) => {
    let said = ''
    const hear = (data) => {
      said += data
      const found = said.match(/http:\/\/[\d.]+:\d+/)
      if (found) resolve({ local, url: found[0], said: () => said })
    }
    local.stdout.on('data', hear)
    local.stderr.on('data', hear)
    local.on('exit', (status) => reject(new Failure(`chalice local ended with ${status}:\n${said}`)))
  })
}

// edit changes the source, as an editor does that replaces the file.
function edit (file, from, to) {
  const before = fs.readFileSync(file, 'utf8')
  if (!before.includes(from)) throw new Failure(`the source has no ${from}`)
  fs.writeFileSync(file + '~', before.replace(from, to))
  fs.renameSync(file + '~', file)
}

// Page is the console in a tab of the browser, which notes whatever the browser
// complains of.
class Page {
  static async open (browser, url, options = {}, at = '/_chalice/') {
    const context = await browser.newContext(options)
    const page = await context.newPage()
    page.setDefaultTimeout(20_000)
    const it = new Page(page, context)
    page.on('console', (message) => { if (['error', 'warning'].includes(message.type())) it.complaints.push(message.text()) })
    page.on('pageerror', (error) => it.complaints.push(String(error)))
    page.on('requestfailed', (request) => {
      if (!request.url().endsWith('api/events')) it.complaints.push(`${request.url()}: ${request.failure().errorText}`)
    })
    page.on('request', (request) => { if (!request.url().startsWith(url)) it.complaints.push(`it asks ${request.url()}`) })
    await page.addInitScript(() => {
      addEventListener('securitypolicyviolation', (event) => console.error(`CSP: ${event.violatedDirective} ${event.blockedURI}`))
    })
    await page.goto(url + at)
    await page.locator('#status[data-state="ready"]').waitFor({ timeout: PATIENCE })
    return it
  }

  constructor (page, context) {
    Object.assign(this, { page, context, complaints: [] })
  }

  async show (view) {
    await this.page.click(`#tab-${view}`)
    await this.page.locator(`#view-${view}`).waitFor()
  }

  text (selector) { return this.page.locator(selector).first().innerText() }

  // see waits until an element has a text.
  async see (what, selector, text, timeout = 20_000) {
    try {
      await this.page.locator(selector).filter({ hasText: text }).first().waitFor({ timeout })
    } catch {
      const there = await this.page.locator(selector).allInnerTexts()
      throw new Failure(`${what}: ${text} isn't in ${selector}, which has ${JSON.stringify(there).slice(0, 2000)}`)
    }
    console.log(`  ${what}`)
  }

  // tabTo presses Tab until an element has the focus.
  async tabTo (selector, key = 'Tab') {
    for (let i = 0; i < 60; i++) {
      if (await this.page.evaluate((s) => document.activeElement.matches(s), selector)) return
      await this.page.keyboard.press(key)
    }
    throw new Failure(`${selector} can't be reached with ${key}`)
  }

  async close () {
    if (this.complaints.length) throw new Failure(`the browser complains of ${this.complaints.join('\n')}`)
    await this.context.close()
  }
}

async function send (p, method, target, headers = '', body = '') {
  await p.page.selectOption('#send-method', method)
  await p.page.fill('#send-path', target)
  await p.page.fill('#send-headers', headers)
  await p.page.fill('#send-body', body)
  await p.page.click('#send-form button[type=submit]')
}

// trying sends a request and invokes a function.
async function trying (p) {
  await p.show('try')
  await send(p, 'GET', '/books?page=2')
  await p.see('a request has its answer', '#send-result h2', '200')
  await p.see('with its body', '#send-result pre', 'Invisible Cities')
  await p.page.click('#send-result button:has-text("Event and log")')
  await p.see('its event is shown', '#detail pre', '"page": "2"')
  await p.see('and what it logged', '#detail .lines', 'listed count=3')
  await p.page.click('#detail button:has-text("Send again")')
  await p.see('it is sent again', '#entries-body tr:nth-child(2)', '/books?page=2')

  await p.show('try')
  await send(p, 'POST', '/books', 'Content-Type: application/json\nAuthorization: nobody', '{"id": "4"}')
  await p.see('an authorizer refuses', '#send-result h2', '403')
  await send(p, 'POST', '/books', 'Content-Type: application/json\nAuthorization: librarian', '{"id": "4", "title": "<img src=x onerror=alert(1)>"}')
  await p.see('another is let in, and what it sends is no markup', '#send-result pre', '<img src=x')
  await send(p, 'GET', '/books/9')
  await p.see('an error of the app', '#send-result h2', '404')
  await p.page.fill('#send-path', 'books')
  await p.page.click('#send-form button[type=submit]')
  await p.see('a path without a slash is explained', '#send-note', 'start with a slash')

  await p.page.selectOption('#invoke-function', 'recommend')
  await p.page.fill('#invoke-event', '{"likes": "cities", "n": 12345678901234567890}')
  await p.page.click('#invoke-form button[type=submit]')
  await p.see('a function is invoked', '#invoke-result pre', 'Ursula K. Le Guin')
  await p.page.fill('#invoke-event', '{"likes"')
  await p.page.click('#invoke-form button[type=submit]')
  await p.see('an event that is no JSON is explained', '#invoke-note', 'no JSON')
  await p.show('log')
  await p.see('the log has its line', '#log-lines li', 'likes=cities')
  await p.page.fill('#log-filter', 'not found')
  expect('a filter leaves what matches', await p.page.locator('#log-lines li:visible').count(), 1)
  await p.page.fill('#log-filter', '')
}

// editing changes the source while the console is open.
async function editing (p, url, source) {
  const status = async () => (await fetch(url + '/books')).status
  edit(source, 'Invisible Cities', 'The Baron in the Trees')
  await p.see('a change is built', '#status', /building|ready|answers/)
  await waitFor(async () => (await (await fetch(url + '/books')).text()).includes('Baron'), 'the new source answers')
  await p.see('the console says how long it took', '#status', /answers with the change in/)

  edit(source, 'return books, nil', 'return bookz, nil')
  await p.see('what is broken is shown', '#failure-text', 'undefined: bookz', PATIENCE)
  await p.see('with its place', '#failure-text', /main\.go:\d+/)
  expect('requests are answered with 502', await status(), 502)
  const page = await fetch(url + '/books', { headers: { Accept: 'text/html' } })
  expect('that one can read', /undefined: bookz/.test(await page.text()), true)
  for (const view of VIEWS) await p.show(view) // none of which may fail now

  edit(source, 'a.Route("/books", list, app.CORS())', 'a.Route("/books", list, app.CORS())\n\ta.Route("/authors", list, app.Name("authors"))')
  edit(source, 'return bookz, nil', 'return books, nil')
  await waitFor(async () => (await status()) === 200, 'the mended source answers')
  await p.page.locator('#failure').waitFor({ state: 'hidden' })
  await p.show('app')
  await p.see('a new route is listed without a restart', '#routes td', '/authors')
  expect('and answers', (await fetch(url + '/authors')).status, 200)
}

async function waitFor (condition, what) {
  const deadline = Date.now() + PATIENCE
  while (!await condition()) {
    if (Date.now() > deadline) throw new Failure(`${what}: not within ${PATIENCE / 1000} s`)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  console.log(`  ${what}`)
}

// keyboard does without a mouse.
async function keyboard (p) {
  const { keyboard } = p.page
  const focused = () => p.page.evaluate(() => document.activeElement.id)
  await p.page.goto(p.page.url().split('#')[0])
  await p.page.locator('#entries-body tr').first().waitFor()
  await keyboard.press('Tab')
  expect('the first Tab offers to skip', await p.page.evaluate(() => document.activeElement.textContent), 'Skip to the content')
  await p.tabTo('#tab-live')
  await keyboard.press('ArrowRight')
  expect('arrow keys go from tab to tab', await focused(), 'tab-try')
  await keyboard.press('End')
  await keyboard.press('ArrowRight')
  expect('and around', await focused(), 'tab-live')
  await p.tabTo('#entries-body button')
  await keyboard.press('Enter')
  await p.see('Enter chooses a request', '#detail h2', '/')
  await p.tabTo('#tab-live', 'Shift+Tab')
  await keyboard.press('ArrowRight')
  await p.tabTo('#invoke-function')
  await keyboard.type('recommend')
  await p.tabTo('#invoke-event')
  await keyboard.press('Control+A')
  await keyboard.type('{"likes": "trees"}')
  await p.tabTo('#invoke-form button[type=submit]')
  await keyboard.press('Enter')
  await p.see('a function is invoked', '#invoke-result h2', 'It succeeded')
  await p.tabTo('#tab-try', 'Shift+Tab')
  for (let i = 0; i < 3; i++) await keyboard.press('ArrowRight')
  expect('the graph is shown', await focused(), 'tab-graph')
  await p.page.locator('#graph svg').waitFor()
  await p.tabTo('#graph')
  const box = () => p.page.locator('#graph svg').getAttribute('viewBox')
  const before = await box()
  await keyboard.press('ArrowRight')
  expect('arrow keys move it', await box() !== before, true)
}

// pictured writes a picture for the docs, of what is on top when the page is scrolled to a
// place.
async function pictured (p, name, height, begin = 'body') {
  await p.page.locator(begin).evaluate((element) => scrollTo(0, element.getBoundingClientRect().top + scrollY - 16))
  await p.page.screenshot({ path: path.join(PICTURES, name + '.png'), clip: { x: 0, y: 0, width: 1280, height } })
}

// judged has axe-core look at a view, and writes a picture of it.
async function judged (p, name, folder) {
  await p.page.screenshot({ path: path.join(folder, name + '.png'), fullPage: true })
  if (PICTURES && name in SHOWN) await pictured(p, ...SHOWN[name])
  await p.page.evaluate(axe.source) // which the page's policy allows to us only
  const { violations } = await p.page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }))
  const found = violations.map((v) => `${v.id}: ${v.help}: ${v.nodes.map((n) => n.html.slice(0, 160)).join(' | ')}`)
  if (found.length) throw new Failure(`axe-core finds in ${name}:\n${found.join('\n')}`)
  const over = await p.page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
  if (over > 0) throw new Failure(`${name}: the page is ${over} pixels wider than the window`)
}

// prepare makes a view show what there is to see in it.
const prepare = {
  live: async (p) => {
    await p.page.locator('#entries-body button', { hasText: '/books?page=2' }).first().click()
    await p.page.locator('#detail .lines').waitFor()
  },
  try: async (p) => {
    await send(p, 'GET', '/books/2', 'Accept: application/json')
    await p.page.locator('#send-result pre').waitFor()
    await p.page.selectOption('#invoke-function', 'recommend')
    await p.page.fill('#invoke-event', '{"likes": "cities"}')
    await p.page.click('#invoke-form button[type=submit]')
    await p.page.locator('#invoke-result pre').waitFor()
  },
  log: async (p) => { await p.page.locator('#log-lines li').first().waitFor() },
  app: async (p) => {
    await p.page.click('details[data-name=api_handler] summary')
    await p.page.click('details[data-name=api_handler] button:has-text("Show values")')
    await p.page.locator('details[data-name=api_handler] dd code').first().waitFor()
  },
  graph: async (p) => { await p.page.locator('#graph svg').waitFor() },
  config: async (p) => { await p.page.locator('#settings td').first().waitFor() },
}

async function look (browser, url, folder, suffix = '', views = VIEWS) {
  for (const width of WIDTHS) {
    for (const theme of THEMES) {
      const p = await Page.open(browser, url, { viewport: { width, height: 800 }, colorScheme: theme })
      for (const view of views) {
        await p.show(view)
        if (!suffix) await prepare[view](p)
        await judged(p, `${view}${suffix}-${width}-${theme}`, folder)
      }
      await p.close()
    }
  }
  console.log(`  axe-core has nothing against ${suffix.slice(1) || 'any view'}, in ${WIDTHS.join(' and ')} pixels, light and dark`)
}

// lookAtFailure judges the page while the source is broken.
async function lookAtFailure (browser, url, source, folder) {
  const pages = []
  for (const width of WIDTHS) {
    for (const theme of THEMES) {
      const p = await Page.open(browser, url, { viewport: { width, height: 800 }, colorScheme: theme })
      pages.push([p, `failure-${width}-${theme}`])
    }
  }
  edit(source, 'return books, nil', 'return bookz, nil')
  for (const [p, name] of pages) {
    await p.page.locator('#failure').waitFor({ timeout: PATIENCE })
    await judged(p, name, folder)
    await p.close()
  }
  console.log('  nor against a source that is broken')
  edit(source, 'return bookz, nil', 'return books, nil')
  await waitFor(async () => (await fetch(url + '/books')).status === 200, 'it is mended')
}

const DOCS = '/_chalice/docs'

// documented reads the API's documentation, and sends requests from it.
async function documented (browser, url, file) {
  const p = await Page.open(browser, url, { viewport: { width: 1280, height: 800 } }, DOCS)
  const opened = (id) => `#op-${id}[open]`
  await p.see('operations are listed', '#operations summary', 'GET')
  await p.page.fill('#filter', 'get categories')
  expect('a filter leaves what matches', await p.page.locator('#operations details:visible').count(), 1)
  await p.page.focus('#filter')
  await p.tabTo('#op-listCategories > summary')
  await p.page.keyboard.press('Enter')
  await p.tabTo('#op-listCategories button[type=submit]')
  await p.page.keyboard.press('Enter')
  await p.see('without a mouse an operation is opened and tried', '#op-listCategories .answer h2', '200')
  await p.page.fill('#filter', 'no such operation')
  await p.see('a filter that nothing matches says so', '#none', 'Nothing matches')
  await p.page.fill('#filter', '')

  await p.page.goto(url + DOCS + '#op-listProducts')
  await p.page.locator(opened('listProducts')).waitFor()
  await p.see('a parameter has its rules', '#op-listProducts .parts', '≤ 100')
  await p.page.fill('[id="listProducts.query.limit"]', '101')
  await p.page.click('#op-listProducts button[type=submit]')
  await p.see('what breaks them is refused', '#op-listProducts .answer pre', 'has to be at most 100')
  await p.page.fill('[id="listProducts.query.limit"]', '1')
  await p.page.selectOption('[id="listProducts.query.order"]', '-price')
  await p.page.click('#op-listProducts button[type=submit]')
  await p.see('what keeps them is answered', '#op-listProducts .answer h2', '200')
  await p.page.click('#op-listProducts .answer a')
  await p.see('and leads to its event in the console', '#detail pre', '"limit": "1"')
  await p.page.goBack()
  await p.page.click('#op-placeOrder > summary')
  await p.page.click('#op-placeOrder button[type=submit]')
  await p.see('without a token an authorizer refuses', '#op-placeOrder .answer h2', '401')
  await p.page.click('#op-placeOrder a:text-is("PlaceOrder")')
  await p.page.locator('#schema-PlaceOrder[open]').waitFor()
  console.log('  a schema is found by its name')
  await p.page.click('#op-contact > summary')
  await p.page.click('#op-contact button[type=submit]')
  await p.see('a form is sent', '#op-contact .answer h2', /202|201|200/)
  if (PICTURES) await pictured(p, 'api-docs', 740, '#op-contact')

  await p.page.fill('[id="listProducts.query.q"]', 'kept')
  edit(file, '// listProducts searches', '// listProducts <img src=x onerror=alert(1)> finds `all`, searches')
  await p.see('a changed comment is there without a reload, and is no markup', '#op-listProducts .prose', '<img src=x onerror=alert(1)> finds', PATIENCE)
  expect('what was open is', await p.page.locator(opened('listProducts')).count(), 1)
  expect('and a field keeps its text', await p.page.inputValue('[id="listProducts.query.q"]'), 'kept')
  const served = await (await fetch(url + '/openapi.json')).json()
  const shown = await (await fetch(url + '/_chalice/openapi.json')).json()
  expect("the app's own route serves it, too", Object.keys(served.paths), Object.keys(shown.paths))
  expect('with the changed comment', served.paths['/products'].get.description, /onerror/)
  expect('relative to itself', served.servers[0].url, '.')

  edit(file, 'func (s *shop) listProducts', 'func (s *shop) listproducts')
  await p.see('a source that is broken is shown', '#failure-text', 'listProducts', PATIENCE)
  edit(file, 'func (s *shop) listproducts', 'func (s *shop) listProducts')
  await p.page.locator('#failure').waitFor({ state: 'hidden', timeout: PATIENCE })
  await p.close()
}

// lookAtDocumentation judges the documentation with everything closed, and open.
async function lookAtDocumentation (browser, url, folder) {
  for (const width of WIDTHS) {
    for (const theme of THEMES) {
      const p = await Page.open(browser, url, { viewport: { width, height: 800 }, colorScheme: theme }, DOCS)
      await p.page.locator('#op-listProducts').waitFor()
      await judged(p, `docs-${width}-${theme}`, folder)
      for (const id of ['op-listProducts', 'op-placeOrder', 'op-addPicture', 'schema-Order']) await p.page.click(`#${id} > summary`)
      await p.page.click('#op-listProducts button[type=submit]')
      await p.page.locator('#op-listProducts .answer pre').waitFor()
      await judged(p, `docs-open-${width}-${theme}`, folder)
      await p.close()
    }
  }
  console.log('  axe-core has nothing against the documentation')
}

// documentation is about the API of examples/shop.
async function documentation (browser, command, temporary, folder) {
  const files = path.dirname(project(path.join(temporary, 'shop'), path.join(ROOT, 'examples', 'shop')))
  const { local, url, said } = await start(command, files)
  try {
    await lookAtDocumentation(browser, url, folder)
    await documented(browser, url, path.join(files, 'products.go'))
    expect('the first lines name the page', said().includes(`API docs   ${url}${DOCS}`), true)
  } catch (error) {
    console.error(said())
    throw error
  } finally {
    local.kill('SIGINT')
  }
}

async function main (command, folder) {
  fs.mkdirSync(folder, { recursive: true })
  const temporary = fs.mkdtempSync(path.join(os.tmpdir(), 'conformance-'))
  const source = project(path.join(temporary, 'books'))
  const { local, url, said } = await start(path.resolve(command), path.dirname(source))
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS, headless: true })
  try {
    await look(browser, url, folder, '-empty', ['live', 'try', 'log'])
    const p = await Page.open(browser, url, { viewport: { width: 1280, height: 800 } })
    await trying(p)
    await editing(p, url, source)
    await keyboard(p)
    await p.close()
    await look(browser, url, folder)
    await lookAtFailure(browser, url, source, folder)
    await documentation(browser, path.resolve(command), temporary, folder)
  } catch (error) {
    if (!(error instanceof Failure)) console.error(said())
    throw error
  } finally {
    await browser.close()
    local.kill('SIGINT')
    fs.rmSync(temporary, { recursive: true, force: true })
  }
}

if (![4, 5].includes(process.argv.length)) {
  console.error('usage: console.js CHALICE SCREENSHOTS [PICTURES]')
  process.exit(2)
}
main(...process.argv.slice(2, 4)).then(() => process.exit(0), (error) => {
  console.error(error instanceof Failure ? `Error: ${error.message}` : error)
  process.exit(1)
})
