// Makes a sheet of text fit its frame: the same type, by small steps smaller, never under the least legible size.

const STEPS = [1, 0.95, 0.9, 0.86];
const ELDER_STEPS = [1, 0.96, 0.92, 0.88, 0.84, 0.8, 0.76, 0.72];

/** Shrinks the unit `--u` of `frame` until its content fits; tells whether it does. */
export function shrink(frame) {
  const steps = document.documentElement.classList.contains("elder") ? ELDER_STEPS : STEPS;
  return steps.some((step) => {
    frame.style.setProperty("--u", `${step}rem`);
    return fits(frame);
  });
}

/** Whether nothing of the frame's content is cut off, neither by itself nor by one of its parts. */
export const fits = (frame) => [frame, ...frame.querySelectorAll(".part")].every((part) => part.scrollHeight <= part.clientHeight + 1 && part.scrollWidth <= part.clientWidth + 1);
