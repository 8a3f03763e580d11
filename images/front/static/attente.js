// Says each step of a start, and leads to the workspace as soon as it answers. Without it the page reloads by itself.
const step = document.getElementById("etape");
const events = new EventSource(step.dataset.progression);
events.onmessage = (event) => {
  const told = JSON.parse(event.data);
  if (told.etape) step.textContent = told.etape;
  if (told.ready || told.failed) {
    events.close();
    window.location.reload();
  }
};
events.onerror = () => {
  events.close();
  window.setTimeout(() => window.location.reload(), 2000);
};
