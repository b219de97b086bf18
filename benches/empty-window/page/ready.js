// When the field could be typed into: it has the focus, and that is on screen.
document.querySelector("textarea").focus();
requestAnimationFrame(() => requestAnimationFrame(() => { window.ready = performance.timeOrigin + performance.now(); }));
