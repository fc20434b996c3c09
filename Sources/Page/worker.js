import { Engine } from "./engine.js";
onmessage = async ({ data }) => {};
