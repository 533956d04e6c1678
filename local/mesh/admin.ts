import { createServer, type Server } from 'node:http';
import type { MeshServer } from './mesh-server.ts';

/**
 * `GET /readyz`; `GET /config`: what is loaded and where it listens; `POST /reload`: reads the files now, and answers 409
 * with the reason when the new set is refused.
 */
export function createAdminServer(mesh: MeshServer): Server {
  return createServer((request, response) => {
    const json = (status: number, body: unknown) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(`${JSON.stringify(body, null, 2)}\n`);
    switch (`${request.method} ${request.url}`) {
      case 'GET /livez':
        return json(200, { alive: true });
      case 'GET /readyz':
        return json(mesh.ready ? 200 : 503, { ready: mesh.ready });
      case 'GET /config':
        return json(200, mesh.describe());
      case 'POST /reload':
        return void mesh.load().then((served) => json(served ? 200 : 409, mesh.describe()));
      default:
        return json(404, { error: 'no such page' });
    }
  });
}
