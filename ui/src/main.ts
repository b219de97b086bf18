import { mount } from "svelte";
import App from "./App.svelte";
import { session } from "./session.svelte";
import "./style/tokens.css";
import "./style/base.css";

document.documentElement.classList.toggle("linux", navigator.platform.startsWith("Linux"));
void session.load();
mount(App, { target: document.getElementById("app")! });
