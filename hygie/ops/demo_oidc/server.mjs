// The OpenID provider of the demonstration and of the tests: two issuers in one process, on this machine only.
// /people answers like FranceConnect, /professionals like Pro Santé Connect. Every identity in it is invented.
// It is told everything by one JSON file: {port, clientId, clientSecret, origins, people: [claims], professionals: [claims]}

import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { Provider } from 'oidc-provider';

const told = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const home = `http://localhost:${told.port}`;
const escape = (text) => String(text).replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);

function key(kid, alg) {
  const { privateKey } = alg === 'ES256'
    ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
    : generateKeyPairSync('rsa', { modulusLength: 2048 });
  return { ...privateKey.export({ format: 'jwk' }), kid, alg, use: 'sig' };
}

const CIVIL = ['given_name', 'given_name_array', 'family_name', 'preferred_username', 'birthdate', 'gender', 'birthplace', 'birthcountry', 'email'];
const KINDS = {
  people: {
    accounts: told.people,
    alg: 'ES256', // FranceConnect signs its userinfo
    claims: Object.fromEntries(CIVIL.map((name) => [name, name === 'given_name' ? ['given_name', 'given_name_array'] : [name]])),
    title: 'Un usager',
  },
  professionals: {
    accounts: told.professionals,
    alg: 'RS256',
    claims: {
      scope_all: [...new Set(told.professionals.flatMap(Object.keys))].filter((name) => !['sub', 'acr', 'amr', 'about'].includes(name)),
    },
    title: 'Un professionnel',
  },
};

function open(kind, { accounts, alg, claims, title }) {
  const issuer = `${home}/${kind}`;
  const known = new Map(accounts.map((account) => [account.sub, account]));
  const provider = new Provider(issuer, {
    clients: [{
      client_id: told.clientId,
      client_secret: told.clientSecret,
      redirect_uris: told.origins.map((origin) => `${origin}/connexion/${kind}/retour/`),
      grant_types: ['authorization_code'],
      response_types: ['code'],
      token_endpoint_auth_method: 'client_secret_post',
      id_token_signed_response_alg: alg,
      ...(kind === 'people' ? { userinfo_signed_response_alg: alg } : {}),
    }],
    jwks: { keys: [...new Set(['RS256', alg])].map((one) => key(`${kind}-${one}`, one)) }, // the library wants an RS256 key
    cookies: { keys: [randomBytes(32).toString('hex')] },
    claims: { openid: ['sub', 'acr', 'amr'], ...claims },
    acrValues: ['eidas1', 'eidas2', 'eidas3'],
    features: { devInteractions: { enabled: false }, jwtUserinfo: { enabled: true }, rpInitiatedLogout: { enabled: false } },
    pkce: { required: () => true },
    interactions: { url: (ctx, { uid }) => `/${kind}/interaction/${uid}` },
    ttl: { AccessToken: 300, AuthorizationCode: 60, IdToken: 300, Interaction: 3600, Session: 3600, Grant: 3600 },
    findAccount: (ctx, sub) => known.has(sub)
      ? { accountId: sub, claims: () => Object.fromEntries(Object.entries(known.get(sub)).filter(([name]) => !['acr', 'amr', 'about'].includes(name))) }
      : undefined,
    async loadExistingGrant(ctx) { // nobody is asked to consent to an invented identity
      const grant = new ctx.oidc.provider.Grant({ clientId: ctx.oidc.client.clientId, accountId: ctx.oidc.session.accountId });
      grant.addOIDCScope(['openid', ...Object.keys(claims)].join(' '));
      await grant.save();
      return grant;
    },
  });
  const handle = provider.callback();

  async function interaction(request, response) {
    const { params } = await provider.interactionDetails(request, response);
    const asked = new URL(request.url, home).searchParams.get('as') ?? params.login_hint;
    const account = known.get(asked);
    if (account) {
      const login = { accountId: asked, acr: account.acr ?? 'eidas1', amr: account.amr ?? ['pwd'], remember: false };
      return provider.interactionFinished(request, response, { login });
    }
    const choices = [...known.values()].map((one) =>
      `<li><a href="?as=${encodeURIComponent(one.sub)}">${escape(one.given_name)} ${escape(one.family_name)}</a></li>`);
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': "default-src 'none'" });
    return response.end(`<!doctype html><html lang="fr"><title>${title}</title><h1>${title} de démonstration</h1><ul>${choices.join('')}</ul></html>`);
  }
  return { handle, interaction };
}

const doors = Object.fromEntries(Object.entries(KINDS).map(([kind, how]) => [kind, open(kind, how)]));

const server = createServer((request, response) => {
  const [, kind, rest] = request.url.match(/^\/(people|professionals)(\/.*)$/) ?? [];
  if (!kind) {
    response.writeHead(404).end();
  } else if (rest.startsWith('/interaction/')) {
    doors[kind].interaction(request, response).catch((fault) => {
      response.writeHead(400, { 'content-type': 'text/plain; charset=utf-8' }).end(fault.name);
    });
  } else {
    request.originalUrl = request.url;
    request.url = rest;
    doors[kind].handle(request, response);
  }
});
server.listen(told.port, '127.0.0.1', () => console.log('ready'));
process.on('SIGTERM', () => process.exit(0)); // nothing here deserves to outlive its parent
