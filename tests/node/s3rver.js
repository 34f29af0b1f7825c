'use strict';
// S3 with the bucket "bucket" and the credentials S3RVER, S3RVER: prints its port; ends with its input.
const fs = require('fs');
const os = require('os');
const path = require('path');
const S3rver = require('s3rver');
const directory = fs.mkdtempSync(path.join(os.tmpdir(), 's3rver-'));
process.on('exit', () => fs.rmSync(directory, { recursive: true, force: true }));
new S3rver({ port: 0, address: '127.0.0.1', silent: true, directory, configureBuckets: [{ name: 'bucket' }] })
  .run((error, address) => {
    if (error) throw error;
    console.log(address.port);
  });
process.stdin.on('end', () => process.exit(0)).resume();
