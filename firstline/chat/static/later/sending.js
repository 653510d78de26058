/** One file on its way: XMLHttpRequest, as fetch tells nothing about how much has been sent. */
import { ApiError } from "../api.js";

const PROBLEMS = {
  file_too_large: "too_large", empty_file: "empty", file_kind: "kind", file_infected: "infected", too_many_files: "too_many",
};

const KINDS = { 401: "refused", 413: "too_large", 429: "busy" };

/**
 * Sends `entry.file` to `url` as the message `entry.id`, keeps `entry.share` (0 to 1) up to date, and puts into `entry.stop` what ends it.
 * @returns the API's answer; throws ApiError, its `kind` being the problem's name
 */
export function send({ url, headers }, entry, progressed) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    url.search = new URLSearchParams({ name: entry.name, client_message_id: entry.id });
    const fail = (kind) => reject(new ApiError(kind, request.status));
    request.open("POST", url);
    request.responseType = "json";
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.upload.onprogress = ({ loaded, total }) => {
      entry.share = total ? loaded / total : 0;
      progressed();
    };
    request.onload = () => {
      const { status, response } = request;
      if (status === 201 && response) resolve(response);
      else fail(PROBLEMS[response?.error?.code] ?? KINDS[status] ?? (status < 500 ? "rejected" : "server"));
    };
    request.onerror = () => fail("network");
    request.onabort = () => fail("stopped");
    entry.stop = () => request.abort();
    request.send(entry.file);
  });
}
