/** The report's own style: system fonts, black on white, nothing fetched; on paper tables and figures stay whole and headings with what follows. */
export const STYLE = `
:root { color-scheme: light; }
* { box-sizing: border-box; }
body { max-width: 900px; margin: 0 auto; padding: 32px 28px 64px; background: #fff; color: #16181d; font: 15px/1.5 system-ui, "Segoe UI", "Liberation Sans", Arial, sans-serif; }
h1 { margin: 0 0 4px; font-size: 26px; line-height: 1.25; }
h2 { margin: 36px 0 10px; padding-bottom: 4px; border-bottom: 2px solid #16181d; font-size: 19px; }
h3 { margin: 22px 0 6px; font-size: 15px; }
p { margin: 6px 0 10px; max-width: 76ch; }
.dim { color: #565b66; }
.lead { margin: 18px 0; padding: 14px 18px; border-left: 4px solid #1f5fbf; background: #f2f5fa; font-size: 17px; }
.warn { border-left-color: #b25c00; background: #fdf4e8; }
table { width: 100%; margin: 6px 0 14px; border-collapse: collapse; font-size: 13.5px; }
th, td { padding: 4px 10px 4px 0; border-bottom: 1px solid #d9dce2; text-align: left; vertical-align: top; overflow-wrap: anywhere; }
th { border-bottom-color: #16181d; font-weight: 600; }
td:first-child { min-width: 9em; }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; }
td.n { white-space: nowrap; }
tr.total td { font-weight: 600; }
dl { display: grid; grid-template-columns: 190px 1fr; gap: 3px 16px; margin: 8px 0; font-size: 14px; }
dt { color: #565b66; }
dd { margin: 0; overflow-wrap: anywhere; }
.mono { font: 12px/1.5 ui-monospace, "DejaVu Sans Mono", Consolas, monospace; overflow-wrap: anywhere; }
.plot { display: block; max-width: 100%; height: auto; margin: 8px 0 4px; font-size: 12.5px; }
.plot text { fill: #16181d; }
.plot .tick { fill: #565b66; font-size: 11.5px; }
.plot .grid { stroke: #e3e6eb; }
.plot .bar { stroke: #1f5fbf; stroke-width: 2; }
.plot .mark { fill: #1f5fbf; }
.plot .total text { font-weight: 600; }
.plot .total .bar { stroke: #16181d; }
.plot .total .mark { fill: #16181d; }
.maps { display: flex; flex-wrap: wrap; gap: 14px 22px; margin: 10px 0; }
figure { margin: 14px 0 22px; }
figure.map { width: 190px; margin: 0; }
figure.map svg { display: block; max-width: 100%; height: auto; }
figure img { display: block; width: 100%; height: auto; border: 1px solid #16181d; }
figcaption { margin-top: 4px; font-size: 13px; }
blockquote { margin: 8px 0; padding: 12px 18px; border: 1px solid #d9dce2; background: #fafbfc; }
blockquote p { max-width: none; }
@page { size: A4; margin: 16mm 15mm 18mm; }
@media print {
  body { max-width: none; padding: 0; font-size: 10.5pt; }
  h2, h3 { break-after: avoid; }
  table { font-size: 8.5pt; }
  td, th { padding-right: 6px; }
  figure img { width: auto; max-width: 100%; max-height: 100mm; }
  .block, table, figure, .plot, .lead, blockquote, dl { break-inside: avoid; }
  table.long, .block:has(table.long) { break-inside: auto; }
  tr { break-inside: avoid; }
  thead { display: table-header-group; }
  .pagebreak { break-before: page; }
  .lead, blockquote { -webkit-print-color-adjust: exact; print-color-adjust: exact; }
}
`
