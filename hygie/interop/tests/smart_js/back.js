// Where it comes back: whose space, one result, and who let it in.
const shown = document.querySelector('pre');
FHIR.oauth2.ready()
  .then(async (client) => {
    const patient = await client.patient.read();
    const found = await client.request(`Observation?patient=${client.patient.id}&code=http://loinc.org|3016-3`);
    const one = found.entry[0].resource;
    const { value, unit } = one.valueQuantity;
    shown.textContent = `Patient/${patient.id} ${patient.name[0].family} ${one.code.text} ${value} ${unit} ${client.user.resourceType}`;
  })
  .catch((fault) => { shown.textContent = `${fault.message} ${location.search}`; });
