export function mount(element, engine) {
  engine.call("start", 0, engine.putText(engine.names));
  element.textContent = "first loss " + engine.call("step");
}
