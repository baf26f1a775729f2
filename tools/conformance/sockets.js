// A member of examples/chat whose websocket is of Node's package ws. It joins,
// answers the first text that it hears, and leaves when it hears goodbye. Each
// message that it gets is a line of what it prints.
//
//     node sockets.js ws://127.0.0.1:8000 NAME
'use strict'

const WebSocket = require('ws')

const [address, name] = process.argv.slice(2)
const socket = new WebSocket(address, {headers: {'User-Agent': 'ws'}})
let answered = false

socket.on('open', () => socket.ping('there?'))
socket.on('pong', data => {
  console.log(JSON.stringify({kind: 'pong', text: data.toString()}))
  socket.send(JSON.stringify({name}))
})
socket.on('message', (data, binary) => {
  const message = JSON.parse(data)
  console.log(JSON.stringify({...message, binary}))
  if (message.kind !== 'said' || message.name === name) return
  if (message.text === 'goodbye') socket.close(1000, 'bye')
  else if (!answered) {
    answered = true
    // In two frames, with a character that both have a part of.
    const text = Buffer.from(JSON.stringify({text: `${message.text}, ${name} ✓`}))
    const middle = text.indexOf(0xe2) + 1
    socket.send(text.subarray(0, middle), {binary: false, fin: false})
    socket.send(text.subarray(middle), {binary: false, fin: true})
  }
})
socket.on('close', status => console.log(JSON.stringify({kind: 'closed', status})))
socket.on('unexpected-response', (request, response) => {
  console.log(JSON.stringify({kind: 'refused', status: response.statusCode}))
  process.exit(0)
})
socket.on('error', error => {
  console.error(error)
  process.exit(1)
})
