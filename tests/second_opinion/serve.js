// Serve dynalite and s3rver on free loopback ports. Print where they are, and then each upload that s3rver tells of,
// as one line of JSON. End when the standard input ends.
"use strict";

const updateItemFile = require.resolve("dynalite/actions/updateItem");
const updateItem = require(updateItemFile);
const getItem = require("dynalite/actions/getItem");

// dynalite 4.0.0 does not know ReturnValuesOnConditionCheckFailure. DynamoDB returns the item with the refusal (API
// Reference, UpdateItem: "ALL_OLD"), and the ledger asks for it always.
require.cache[updateItemFile].exports = (store, asked, answer) =>
  updateItem(store, asked, (error, updated) => {
    if (!error?.body?.__type?.endsWith("#ConditionalCheckFailedException")) {
      answer(error, updated);
      return;
    }
    const wanted = { TableName: asked.TableName, Key: asked.Key, ConsistentRead: true };
    getItem(store, wanted, (missing, found) => {
      error.body.Item = found?.Item;
      answer(missing ?? error);
    });
  });

const dynalite = require("dynalite");
const S3rver = require("s3rver");

const HOST = "127.0.0.1";
const [directory, source, ...others] = process.argv.slice(2);

function say(value) {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}

async function serve() {
  const tables = dynalite({ createTableMs: 0 });
  await new Promise((resolve) => tables.listen(0, HOST, resolve));
  const buckets = new S3rver({
    address: HOST,
    port: 0,
    silent: true,
    directory,
    vhostBuckets: false,
    configureBuckets: [source, ...others].map((name) => ({ name })),
  });
  const address = await buckets.run();
  buckets.on("event", (event) => {
    if (event.Records[0].s3.bucket.name === source) say(event);
  });
  say({ dynamodb: `http://${HOST}:${tables.address().port}`, s3: `http://${HOST}:${address.port}` });
}

process.stdin.resume().on("end", () => process.exit(0));
serve();
