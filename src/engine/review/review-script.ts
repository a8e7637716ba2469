/** What the review page does: counts answers, and saves them as a file of labelled pairs. No value is ever made HTML. */
export const reviewScript = `
"use strict";
const sections = [...document.querySelectorAll("section")];
const progress = document.getElementById("progress");
let unsaved = false;
const answerOf = (section) => section.querySelector("input:checked");
document.addEventListener("change", (event) => {
  if (event.target.id === "weights") {
    document.body.classList.toggle("weights", event.target.checked);
    return;
  }
  const section = event.target.closest("section");
  if (section === null) return;
  section.classList.add("judged");
  unsaved = true;
  progress.textContent = sections.filter(answerOf).length + " of " + sections.length + " judged";
});
const quoted = (text) => '"' + text.replaceAll('"', '""') + '"';
document.getElementById("save").addEventListener("click", () => {
  const lines = sections.filter(answerOf).map((section) => {
    const { sourceL, idL, sourceR, idR } = section.dataset;
    return [sourceL, idL, sourceR, idR].map(quoted).concat(answerOf(section).value).join(",");
  });
  const text = ["source_l,id_l,source_r,id_r,label", ...lines].join("\\n") + "\\n";
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "text/csv" }));
  link.download = "labels.csv";
  link.click();
  URL.revokeObjectURL(link.href);
  unsaved = false;
});
window.addEventListener("beforeunload", (event) => {
  if (unsaved) event.preventDefault();
});
`;
