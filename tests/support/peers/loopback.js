// Loaded before kinesis-local (node --require), which would listen on every interface, on ports it is told: each becomes a
// free port of loopback, and the output says which.
"use strict";
const net = require("node:net");
const listen = net.Server.prototype.listen;

net.Server.prototype.listen = function (port, listening) {
  this.once("listening", () => console.log(`port ${port} is 127.0.0.1:${this.address().port}`));
  return listen.call(this, 0, "127.0.0.1", listening);
};
