// What the theme's script makes of a page lacks something for those who don't use a mouse.
'use strict'

function complete () {
  for (const table of document.querySelectorAll('.md-typeset__scrollwrap')) {
    if (table.scrollWidth > table.clientWidth) table.tabIndex = 0 // so that arrow keys scroll it
    else table.removeAttribute('tabindex')
  }
  // Buttons of a block of code lead nowhere.
  for (const buttons of document.querySelectorAll('nav.md-code__nav:not([role])')) buttons.setAttribute('role', 'none')
}

new MutationObserver(complete).observe(document.querySelector('main'), { childList: true, subtree: true })
addEventListener('resize', complete)
addEventListener('load', complete)
