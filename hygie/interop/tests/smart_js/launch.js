// Where the application begins: alone (fhir=), or from a practice's software (iss= and launch=, which the library reads).
const asked = new URLSearchParams(location.search);
FHIR.oauth2.authorize({
  clientId: asked.get('client'),
  scope: asked.get('scope'),
  redirectUri: '/retour',
  pkceMode: 'required',
  ...(asked.get('fhir') ? { iss: asked.get('fhir') } : {}),
});
