// Reads the links given as JSON on standard input, with the reader that others wrote, and says what each gave.
import { SHLViewer } from "kill-the-clipboard";

let asked = "";
for await (const part of process.stdin) asked += part;

const told = [];
for (const one of JSON.parse(asked)) {
  try {
    const viewer = new SHLViewer({ shlinkURI: one.link });
    const found = await viewer.resolveSHL({ recipient: "Dr Smith, Porto", passcode: one.passcode, embeddedLengthMax: one.most });
    told.push({ label: viewer.shl.label, flag: viewer.shl.flag, resources: found.fhirResources });
  } catch (fault) {
    told.push({ error: fault.code ?? fault.constructor.name, message: String(fault.message) });
  }
}
console.log(JSON.stringify(told));
