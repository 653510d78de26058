/** A short sound of two notes, made on the spot: no file to load, nothing to license. */
const PITCHES = [660, 880];
const PATIENCE_MS = 400;
let audio = null;

/** Wakes the browser's audio; works only inside a click or a key press, once a page. */
export function wake() {
  audio ??= new AudioContext();
  return audio.resume();
}

export async function chime() {
  // Before the first gesture the browser keeps it waiting: better silent than late.
  await Promise.race([wake(), new Promise((done) => setTimeout(done, PATIENCE_MS))]);
  if (audio.state !== "running") return;
  const start = audio.currentTime;
  for (const [index, pitch] of PITCHES.entries()) {
    const tone = audio.createOscillator();
    const volume = audio.createGain();
    const at = start + index * 0.14;
    tone.frequency.value = pitch;
    volume.gain.setValueAtTime(0.0001, at);
    volume.gain.exponentialRampToValueAtTime(0.12, at + 0.02);
    volume.gain.exponentialRampToValueAtTime(0.0001, at + 0.13);
    tone.connect(volume).connect(audio.destination);
    tone.start(at);
    tone.stop(at + 0.14);
  }
}
