(function () {
  var tip = document.createElement('div');
  tip.id = 'tip';
  tip.hidden = true;
  document.body.appendChild(tip);
  document.addEventListener('pointermove', function (e) {
    var mark = e.target.closest ? e.target.closest('[data-tip]') : null;
    tip.hidden = !mark;
    if (mark) {
      tip.textContent = mark.getAttribute('data-tip');
      tip.style.left = Math.min(e.clientX + 14, window.innerWidth - tip.offsetWidth - 8) + 'px';
      tip.style.top = Math.max(8, e.clientY - tip.offsetHeight - 12) + 'px';
    }
  });
})();
