'use strict';
// DynamoDB: prints its port; ends with its input.
const dynalite = require('dynalite');
const server = dynalite({ createTableMs: 0, deleteTableMs: 0 });
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
process.stdin.on('end', () => process.exit(0)).resume();
