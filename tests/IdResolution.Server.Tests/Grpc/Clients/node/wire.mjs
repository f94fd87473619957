// What a library does not tell is read off the wire: a forwarder that counts the bytes a server sends.
import { createServer, connect } from 'node:net';

export async function countingForwarder(target) {
  const [host, port] = target.split(':');
  const sockets = new Set();
  const counted = { received: 0, address: '', close: () => {} };
  const server = createServer(near => {
    const far = connect(Number(port), host);
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on('error', () => {});
    }
    far.on('data', chunk => {
      counted.received += chunk.length;
    });
    near.pipe(far);
    far.pipe(near);
  });
  await new Promise(resolve => server.listen(0, '127.0.0.1', resolve));
  counted.address = `127.0.0.1:${server.address().port}`;
  counted.close = () => {
    sockets.forEach(socket => socket.destroy());
    server.close();
  };
  return counted;
}
