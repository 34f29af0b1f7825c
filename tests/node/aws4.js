'use strict';
// Signs requests: a JSON object in each line of the input, {service, region, method, host, path, headers, body (base64)}, answered by a line with the
// value of the Authorization header. The credentials are those of AWS's own test suite.
const aws4 = require('aws4');
const readline = require('readline');
const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' };
readline.createInterface({ input: process.stdin }).on('line', line => {
  const request = JSON.parse(line);
  const signer = new aws4.RequestSigner({ ...request, body: Buffer.from(request.body, 'base64'), doNotModifyHeaders: true }, credentials);
  // It takes the clock's time otherwise.
  signer.datetime = request.headers['X-Amz-Date'];
  console.log(signer.sign().headers.Authorization);
});
console.log('ready');
