// zeromq.js puts every 512th message off to the next turn of the event loop, and throws EBUSY if
// another follows before: tslab then fails the cell, without a word since the error's own message is
// lost in the same way. Without a time limit for sending, nothing is put off. A publisher never
// waits: what a slow client cannot take is dropped.
const { ZmqServer } = require('../../../../node_modules/tslab/dist/jupyter.js');

const { init } = ZmqServer.prototype;
ZmqServer.prototype.init = async function initToSendAtOnce() {
  await init.call(this);
  this.iopub.sendTimeout = 0;
};
