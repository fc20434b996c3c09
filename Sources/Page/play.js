export function mount(element, engine) { element.textContent = "play"; }
