(function () {
  'use strict';
  var d = document, root = d.documentElement, still = matchMedia('(prefers-reduced-motion: reduce)').matches;
  function $(s, at) { return (at || d).querySelector(s); }
  function all(s, at) { return Array.prototype.slice.call((at || d).querySelectorAll(s)); }
  function id(name) { return d.getElementById(name); }
  function make(tag, name, words) { var e = d.createElement(tag); if (name) { e.className = name; } if (words) { e.textContent = words; } return e; }
  // gliding over many screens only makes the reader wait
  function pace(far) { return still || Math.abs(far) > 3 * innerHeight ? 'instant' : 'smooth'; }
  function show(el, block) { el.scrollIntoView({ block: block || 'center', behavior: pace(el.getBoundingClientRect().top) }); }

  // light and dark
  var theme = id('theme'), dark = matchMedia('(prefers-color-scheme: dark)');
  function isDark() { return root.dataset.theme ? root.dataset.theme === 'dark' : dark.matches; }
  function paint() { theme.setAttribute('aria-pressed', isDark()); $('.tl', theme).textContent = isDark() ? 'Light' : 'Dark'; theme.setAttribute('aria-label', isDark() ? 'Light colours' : 'Dark colours'); }
  theme.addEventListener('click', function () {
    root.dataset.theme = isDark() ? 'light' : 'dark';
    try { localStorage.setItem('tellings-theme', root.dataset.theme); } catch (e) { /* a file opened from a mail may have no storage */ }
    paint();
  });
  dark.addEventListener('change', paint); paint();

  // Heavy parts sleep inside noscript, which a browser with script keeps as plain text. Waking one puts this file's own
  // markup in its place; nothing is ever composed here.
  function wake(e) {
    var doc = new DOMParser().parseFromString(e.textContent, 'text/html'), part = d.createDocumentFragment();
    while (doc.body.firstChild) { part.appendChild(doc.body.firstChild); }
    e.parentNode.replaceChild(part, e);
  }
  function asleep(at) { return all('noscript', at); }
  // the sleeping part that holds an id
  function sleeper(name) {
    var mark = ' id="' + name + '"';
    return asleep(d).filter(function (e) { return e.textContent.indexOf(mark) >= 0; })[0];
  }
  d.addEventListener('toggle', function (e) {
    if (e.target.open) { asleep(e.target).forEach(function (n) { if (n.closest('details') === e.target) { wake(n); } }); }
  }, true);

  // where in the report the reader is
  var watch = 'IntersectionObserver' in window && new IntersectionObserver(function (es) {
    es.forEach(function (x) {
      if (x.isIntersecting) { all('.bar a').forEach(function (l) { if (l.hash === '#' + x.target.id) { l.setAttribute('aria-current', 'true'); } else { l.removeAttribute('aria-current'); } }); }
    });
  }, { rootMargin: '-20% 0px -70% 0px' });
  // A story is set up when it is first shown: a report of many opens as fast as one of few.
  var sections = all('.story'), ready = [], current = null;
  function setUp(section) {
    var n = sections.indexOf(section), whole = section.firstElementChild;
    if (whole && whole.tagName === 'NOSCRIPT') { wake(whole); }
    if (!ready[n]) { ready[n] = storyOf(section); }
    return ready[n];
  }
  function choose(section) {
    if (!section) { return current; }
    sections.forEach(function (s) { s.classList.toggle('off', s !== section); });
    all('.stories > li').forEach(function (li, i) {
      var on = sections[i] === section; li.classList.toggle('here', on);
      var a = $('.sl', li); if (on) { a.setAttribute('aria-current', 'true'); } else { a.removeAttribute('aria-current'); }
    });
    current = setUp(section); return current;
  }

  function storyOf(section) {
    var me = { section: section };
    // who says what
    var table = $('.says', section), rows = all('.says tbody tr', section), text = $('.f-text', section), selects = all('.filters select', section);
    var more = $('.f-all', section), hay = null, total = more ? +more.dataset.total : 0;
    // all rows: the sleeping ones join the table when something asks for them
    function wakeRows() {
      var rest = $('.says-part noscript', section);
      if (!rest) { return; }
      var box = rest.parentNode; wake(rest);
      var second = all('.says', box)[1], body = $('tbody', table);
      all('tr', second).forEach(function (r) { body.appendChild(r); });
      box.removeChild(second); rows = all('tr', body);
    }
    function rowOf(sid) { var r = id('row-' + sid); if (!r && section.contains(id(sid))) { wakeRows(); r = id('row-' + sid); } return r; }
    function filter() {
      var q = text.value.trim().toLowerCase(), active = !!q, n = 0, last = null;
      if (active || selects.some(function (s) { return s.value; }) || more.getAttribute('aria-expanded') === 'true') { wakeRows(); }
      if (q && !hay) { hay = rows.map(function (r) { return r.textContent.toLowerCase(); }); }
      selects.forEach(function (s) { if (s.value) { active = true; } });
      rows.forEach(function (r, i) {
        var ok = !q || hay[i].indexOf(q) >= 0;
        selects.forEach(function (s) {
          if (!s.value || !ok) { return; }
          var v = r.getAttribute('data-' + s.dataset.f) || '';
          ok = s.dataset.f === 'claim' ? v.split(' ').indexOf(s.value) >= 0 : v === s.value;
        });
        r.hidden = !ok; if (ok) { n += 1; }
        r.classList.toggle('first', ok && r.dataset.outlet !== last); if (ok) { last = r.dataset.outlet; }
      });
      table.classList.toggle('all', active || more.getAttribute('aria-expanded') === 'true');
      more.parentNode.hidden = active || total <= 12;
      $('.f-none', section).hidden = n > 0;
      $('.shown', section).textContent = active ? n + ' of ' + total + ' statements' : total + ' statement' + (total === 1 ? '' : 's');
    }
    me.clear = function () { if (!text) { return; } text.value = ''; selects.forEach(function (s) { s.value = ''; }); filter(); };
    me.text = text;
    me.search = function () { if (text) { show($('.says-part', section), 'start'); text.focus({ preventScroll: true }); } };
    me.pickRows = function (wanted) {
      me.clear();
      var first = null;
      selects.forEach(function (s) { if (wanted[s.dataset.f] !== undefined) { s.value = wanted[s.dataset.f]; first = first || s; } });
      filter(); show($('.says-part', section), 'start'); if (first) { first.focus({ preventScroll: true }); }
    };
    me.showRows = function () { if (table) { wakeRows(); table.classList.add('all'); } };
    me.rowOf = rowOf;
    if (text) {
      $('.filters', section).addEventListener('submit', function (e) { e.preventDefault(); });
      text.addEventListener('input', filter);
      selects.forEach(function (s) { s.addEventListener('change', filter); });
      $('.f-clear', section).addEventListener('click', me.clear);
      more.addEventListener('click', function () {
        var open = more.getAttribute('aria-expanded') !== 'true';
        more.setAttribute('aria-expanded', open); more.textContent = open ? 'Show fewer' : 'Show all ' + total + ' statements'; filter();
      });
      filter();
    }
    all('[data-more]', section).forEach(function (b) {
      b.addEventListener('click', function () { $('.' + b.dataset.more, section).classList.add('all'); b.parentNode.hidden = true; });
    });
    section.addEventListener('click', function (e) {
      var b = e.target.closest && e.target.closest('button[data-claim],a[data-claim]');
      if (!b) { return; }
      e.preventDefault(); me.pickRows({ claim: b.dataset.claim, outlet: b.dataset.outlet });
    });

    // articles
    var picks = all('.pick', section), slip = $('.slip', section), hint = slip && slip.firstElementChild, pinned = null, cols = $('.cols', section);
    function setCol(name, on) {
      var b = picks.filter(function (p) { return p.dataset.a === name; })[0];
      if (b) { b.setAttribute('aria-pressed', on); id(name).classList.toggle('on', on); if (on) { asleep(id(name)).forEach(wake); } }
    }
    var start = innerWidth >= 1700 ? 4 : innerWidth >= 1040 ? 3 : innerWidth >= 700 ? 2 : 1;
    picks.forEach(function (b, i) {
      setCol(b.dataset.a, i < start);
      b.addEventListener('click', function () {
        var on = b.getAttribute('aria-pressed') !== 'true';
        if (!on && all('.pick[aria-pressed=true]', section).length === 1) { return; }
        if (on && innerWidth < 700) { picks.forEach(function (p) { setCol(p.dataset.a, false); }); }
        setCol(b.dataset.a, on);
      });
    });
    function same(sid) {
      var row = rowOf(sid), u = row && row.dataset.u;
      return all(u ? '.text [data-u~="' + u + '"],.text [data-s~="' + sid + '"]' : '.text [data-s~="' + sid + '"]', section);
    }
    function light(sid) {
      all('.text .lit', section).forEach(function (e) { e.classList.remove('lit'); });
      slip.textContent = '';
      var row = sid && rowOf(sid);
      if (!row) { slip.appendChild(hint); return; }
      same(sid).forEach(function (e) { e.classList.add('lit'); });
      var p = make('p');
      all('.who > *', row).forEach(function (e, i) { if (!i) { p.appendChild(e.cloneNode(true)); } });
      p.appendChild(d.createTextNode(' ' + $('.how > span', row).textContent + ' '));
      var fine = all('.how .kd,.how .role,.who .nsr', row).map(function (r) { return r.textContent; });
      p.appendChild(make('span', 'role', '(' + fine.join('; ') + ')'));
      slip.appendChild(p);
      all('.bears .mk', row).forEach(function (m) {
        var s = make('p'), ct = $(m.getAttribute('href') + ' .ct');
        s.appendChild(m.cloneNode(true)); s.appendChild(d.createTextNode(' ' + (ct ? ct.textContent : ''))); slip.appendChild(s);
      });
      if (row.dataset.u) {
        var seen = {}, others = rows.filter(function (r) {
          var o = r.dataset.outlet; if (r.dataset.u !== row.dataset.u || o === row.dataset.outlet || seen[o]) { return false; } seen[o] = 1; return true;
        });
        if (others.length) {
          var t = make('p', 'role', 'The same remark in ');
          others.slice(0, 10).forEach(function (r, i) {
            var a = make('a', '', $('.o a', r).textContent); a.href = '#' + r.dataset.s;
            t.appendChild(d.createTextNode(i ? ', ' : '')); t.appendChild(a);
          });
          if (others.length > 10) { t.appendChild(d.createTextNode(' and ' + (others.length - 10) + ' more')); }
          slip.appendChild(t);
        }
      }
    }
    // brings every column to its telling of the same remark
    function level(sid) {
      var done = {};
      same(sid).forEach(function (e) {
        var col = e.closest('.col'), box = $('.text', col);
        if (done[col.id] || !col.classList.contains('on')) { return; }
        done[col.id] = 1;
        var own = id(sid);
        if (own && col.contains(own)) { e = own; }
        scrollIn(box, e);
      });
    }
    function scrollIn(box, e) {
      box.scrollTo({ top: e.getBoundingClientRect().top - box.getBoundingClientRect().top + box.scrollTop - box.clientHeight / 3, behavior: still ? 'auto' : 'smooth' });
    }
    function sidOf(e) { var s = e.target.closest && e.target.closest('.text [data-s]'); return s ? s.dataset.s.split(' ')[0] : null; }
    me.pin = function (s) { pinned = s; light(s); level(s); };
    me.release = function () { pinned = null; if (slip) { light(null); } };
    if (cols) {
      cols.addEventListener('mouseover', function (e) { if (!pinned) { var s = sidOf(e); if (s) { light(s); } } });
      cols.addEventListener('mouseleave', function () { if (!pinned) { light(null); } });
      cols.addEventListener('focusin', function (e) { var s = sidOf(e); if (s && !pinned) { light(s); } });
      cols.addEventListener('click', function (e) {
        if (e.target.closest('.mk,header')) { return; }
        var s = sidOf(e); if (!s) { me.release(); return; }
        e.preventDefault(); me.pin(s); history.replaceState(null, '', '#' + s);
      });
    }
    // a link into a text: its column comes to the front
    me.goText = function (el, col) {
      setCol(col.id, true);
      var fit = Math.max(1, Math.floor(cols.clientWidth / 320)), on = all('.col.on', cols);
      on.filter(function (c) { return c !== col; }).reverse().slice(0, Math.max(0, on.length - Math.max(fit, start))).forEach(function (c) { setCol(c.id, false); });
      if (rowOf(el.id)) { me.pin(el.id); } else if (el !== col) { scrollIn($('.text', col), el); }
      var far = cols.getBoundingClientRect().top - $('.bar', section.querySelector('.bar') ? section : d).offsetHeight - slip.offsetHeight - 4;
      scrollBy({ top: far, behavior: pace(far) });
      cols.scrollTo({ left: col.offsetLeft - cols.offsetLeft, behavior: 'auto' });
    };
    me.order = function () { return all('.claim > summary,.fold > summary,.says tbody tr', section).filter(function (e) { return e.offsetParent !== null; }); };
    if (watch) { all('.part', section).forEach(function (p) { watch.observe(p); }); }
    return me;
  }

  // links into the page: open what is closed, show what is hidden
  function go() {
    var name = '';
    try { name = decodeURIComponent(location.hash.slice(1)); } catch (e) { return; }
    var el = name && id(name), sleeping = name && !el && sleeper(name);
    if (sleeping) {
      var home = sleeping.closest('.story');
      if (home) { choose(home); }
      el = id(name);
      if (!el && name.indexOf('row-') === 0) { current.showRows(); el = id(name); }
      if (!el && (sleeping = sleeper(name))) { wake(sleeping); el = id(name); }
    }
    if (!el) { return; }
    var story = el.closest('.story');
    if (story) { choose(story); }
    var col = el.closest('.col');
    if (col && current) { current.goText(el, col); return; }
    if (el.matches('.says tr')) { current.showRows(); }
    var at = el.matches('details') ? el : (el.tagName === 'LI' && $('details', el)) || el.closest('details');
    while (at) { at.open = true; at = at.parentNode.closest && at.parentNode.closest('details'); }
    if (el.closest('.actors')) { el.closest('.actors').classList.add('all'); }
    show(el, 'start');
    var f = el.matches('details') ? $('summary', el) : el; if (f.focus) { f.focus({ preventScroll: true }); }
  }
  addEventListener('hashchange', go);
  d.addEventListener('click', function (e) {
    var a = e.target.closest && e.target.closest('a[href^="#"]');
    if (a && !a.closest('.text') && !e.defaultPrevented && a.getAttribute('href') === location.hash) { go(); }
  });

  // keys
  function step(by) {
    var box = d.activeElement && d.activeElement.closest && d.activeElement.closest('.text');
    if (box) {
      var links = all('a[id][href]', box), at = links.indexOf(d.activeElement), next = links[at < 0 ? 0 : at + by];
      if (next) { next.focus(); current.pin(next.id); } return;
    }
    var here = d.activeElement && (d.activeElement.closest('tr') || d.activeElement.closest('summary'));
    var order = current.order(), i = order.indexOf(here), to = order[i < 0 ? 0 : i + by];
    if (!to) { return; }
    all('tr.cur').forEach(function (r) { r.classList.remove('cur'); });
    if (to.tagName === 'TR') { to.classList.add('cur'); $('a', to).focus({ preventScroll: true }); } else { to.focus({ preventScroll: true }); }
    show(to, 'nearest');
  }
  d.addEventListener('keydown', function (e) {
    if (e.ctrlKey || e.metaKey || e.altKey || !current) { return; }
    var t = e.target, typing = /^(INPUT|SELECT|TEXTAREA)$/.test(t.tagName);
    if (e.key === 'Escape') {
      if (typing && t === current.text && current.text.value === '') { t.blur(); }
      current.release(); current.clear();
      var open = t.closest && t.closest('details[open]'); if (open && !typing) { open.open = false; $('summary', open).focus(); }
      return;
    }
    if (typing) { return; }
    if (e.key === '/') { e.preventDefault(); current.search(); return; }
    if (e.key === 'j' || e.key === 'k') { step(e.key === 'j' ? 1 : -1); return; }
    var sum = t.closest && t.closest('.claim > summary');
    if (!sum) { return; }
    var sums = all('.claim > summary', current.section).filter(function (s) { return s.offsetParent !== null; }), n = sums.indexOf(sum);
    if (e.key === 'ArrowDown' && sums[n + 1]) { e.preventDefault(); sums[n + 1].focus(); }
    if (e.key === 'ArrowUp' && sums[n - 1]) { e.preventDefault(); sums[n - 1].focus(); }
    if (e.key === 'ArrowRight') { e.preventDefault(); sum.parentNode.open = true; }
    if (e.key === 'ArrowLeft') { e.preventDefault(); sum.parentNode.open = false; }
  });

  choose(sections[0]);
  if (watch && id('made')) { watch.observe(id('made')); }
  // the browser's own jump to the fragment comes after this script
  if (location.hash) { addEventListener('load', function () { setTimeout(go, 0); }); }
}());
