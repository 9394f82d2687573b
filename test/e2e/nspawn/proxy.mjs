// A reverse proxy of the host, as nginx would be one: proxy.mjs PORT URL
import { createServer, request } from 'node:http'

const [port, url] = process.argv.slice(2)

createServer((asked, answer) => {
  request(url + asked.url, (got) => {
    answer.writeHead(got.statusCode)
    got.pipe(answer)
  })
    .on('error', (error) => answer.writeHead(502).end(error.message))
    .end()
}).listen(Number(port), '127.0.0.1')
