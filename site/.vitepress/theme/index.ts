/** The default theme without the font that it comes with, in the colours of the console. */
import theme from 'vitepress/theme-without-fonts';
import './style.css';

export default theme;
