/** Says in one line which Node is needed where the one at hand is too old. Plain JavaScript: an old Node has to run it. */
const NEEDED = [24, 15]
const [major, minor] = process.versions.node.split('.').map(Number)
if (major < NEEDED[0] || (major === NEEDED[0] && minor < NEEDED[1])) {
  console.error(`RightReason needs Node ${NEEDED.join('.')} or later; this is ${process.versions.node}. On Linux x64 'npm ci' brings it along (without --omit=optional); elsewhere get it from nodejs.org.`)
  process.exit(1)
}
